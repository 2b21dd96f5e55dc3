//! The demo estate in src-tauri/demo, as libvirt itself reads it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::virsh;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../src-tauri/demo")
        .canonicalize()
        .expect("the demo is in the project")
}

/// The URIs of demo.toml, with its folder put in.
fn uris() -> Vec<String> {
    let folder = folder();
    let text =
        std::fs::read_to_string(folder.join("demo.toml")).expect("the demo has its connections");
    let document: toml::Table = text.parse().expect("demo.toml is TOML");
    let connections = document["connection"]
        .as_array()
        .expect("demo.toml lists connections");
    let uri = |connection: &toml::Value| {
        connection["uri"]
            .as_str()
            .expect("each has a URI")
            .to_owned()
    };
    connections
        .iter()
        .map(|c| uri(c).replace("{dir}", &folder.display().to_string()))
        .collect()
}

async fn listed(args: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for uri in uris() {
        let output = virsh::run(&uri, args)
            .await
            .expect("libvirt reads the demo");
        all.extend(virsh::lines(&output).map(str::to_owned));
    }
    all
}

#[test]
fn every_estate_file_has_a_connection_and_the_other_way_round() {
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .expect("the demo is in the project")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .map(|path| format!("test://{}", path.display()))
        .collect();
    assert_eq!(uris().into_iter().collect::<BTreeSet<_>>(), files);
}

#[tokio::test]
async fn the_demo_shows_every_kind_of_vm() {
    assert_eq!(listed(&["list", "--all", "--name"]).await.len(), 33);
    for (kind, least) in [
        ("--state-running", 15),
        ("--state-paused", 2),
        ("--state-shutoff", 5),
        ("--state-other", 2), // crashed
        ("--with-managed-save", 1),
        ("--transient", 1),
        ("--with-snapshot", 5),
    ] {
        let args: &[&str] = if kind == "--transient" {
            &["list", "--name", kind]
        } else {
            &["list", "--all", "--name", kind]
        };
        let found = listed(args).await;
        assert!(found.len() >= least, "{kind}: {found:?}");
    }
}

#[tokio::test]
async fn every_host_has_pools_with_room_and_networks() {
    for uri in uris() {
        let pools = virsh::run(&uri, &["pool-list", "--name"])
            .await
            .expect("libvirt lists pools");
        assert!(virsh::lines(&pools).count() >= 2, "{uri}");
        for pool in virsh::lines(&pools) {
            let info = virsh::run(&uri, &["pool-info", "--bytes", pool])
                .await
                .expect("libvirt knows the pool");
            let figure = |key: &str| -> u64 {
                let line = info
                    .lines()
                    .find_map(|line| line.strip_prefix(key))
                    .expect("virsh prints it");
                line.trim().parse().expect("a number of bytes")
            };
            // the test driver gives every pool 100 GiB, and more than that in volumes makes the rest wrap round
            assert!(
                figure("Available:") < figure("Capacity:"),
                "{uri} {pool}: {info}"
            );
        }
        let networks = virsh::run(&uri, &["net-list", "--name"])
            .await
            .expect("libvirt lists networks");
        assert!(virsh::lines(&networks).count() >= 2, "{uri}");
    }
}

#[tokio::test]
async fn hostile_and_foreign_names_reach_the_client_unchanged() {
    let names = listed(&["list", "--all", "--name"]).await;
    for name in [
        "<img src=x onerror=alert(1)>",
        "invoice-\u{202e}gnp.exe",
        "خادم-الاختبار",
        "🐳 docker-playground",
    ] {
        assert!(
            names.iter().any(|listed| listed == name),
            "{name:?} is not in {names:?}"
        );
    }
    assert!(
        names.iter().any(|name| name.chars().count() > 250),
        "one name is huge"
    );
}
