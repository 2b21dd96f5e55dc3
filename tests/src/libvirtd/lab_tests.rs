//! A real libvirtd, its two kinds of instances, and the proxy in front of it.

use std::time::Duration;

use super::*;
use crate::{
    estate_gen::Mix,
    rpc_proxy::{Listen, RpcProxy, Upstream},
};

async fn daemon() -> (tempfile::TempDir, PrivateLibvirtd) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let daemon = PrivateLibvirtd::start(dir.path())
        .await
        .expect("libvirtd starts");
    (dir, daemon)
}

async fn proxy(dir: &Path, daemon: &PrivateLibvirtd, rtt: Duration) -> RpcProxy {
    let listen = Listen::Unix(dir.join("proxy"));
    RpcProxy::start(listen, Upstream::Unix(daemon.socket()), rtt)
        .await
        .expect("a free socket path")
}

async fn names(uri: &str) -> Vec<String> {
    let list = virsh::run(uri, &["list", "--all", "--name"])
        .await
        .expect("virsh answers");
    virsh::lines(&list).map(str::to_owned).collect()
}

#[tokio::test]
async fn two_daemons_run_side_by_side_and_end_with_their_owner() {
    let (_first_dir, first) = daemon().await;
    let (_second_dir, second) = daemon().await;
    assert_eq!(names(&shared_uri(&first.socket())).await, ["test"]);
    assert_eq!(names(&shared_uri(&second.socket())).await, ["test"]);
    let socket = first.socket();
    drop(first);
    virsh::run(&shared_uri(&socket), &["list"])
        .await
        .expect_err("the daemon is gone");
    assert_eq!(
        names(&shared_uri(&second.socket())).await,
        ["test"],
        "the other one lives"
    );
}

#[tokio::test]
async fn clients_share_the_default_instance_and_its_events() {
    let (_dir, daemon) = daemon().await;
    let estate = Estate {
        vms: 40,
        mix: Mix::Varied,
    };
    let mut shared = daemon.share(estate).await.expect("defined");
    let uri = shared_uri(&daemon.socket());
    assert_eq!(names(&uri).await.len(), 40);
    // a second client waits for one event of any kind that the first causes
    let watcher = tokio::spawn(async move {
        virsh::run(&uri, &["event", "--event", "lifecycle", "--timeout", "20"]).await
    });
    let mut seen = None;
    while seen.is_none() && !watcher.is_finished() {
        // repeated, since nothing says when the watcher has registered
        shared
            .act(&format!("suspend {0}\nresume {0}", estate.vm(0).name()))
            .await
            .expect("virsh lives");
        tokio::task::yield_now().await;
        seen = watcher.is_finished().then_some(());
    }
    let event = watcher
        .await
        .expect("no panic")
        .expect("an event came before the time-out");
    assert!(event.contains(&estate.vm(0).name()), "{event}");
}

#[tokio::test]
async fn connections_to_a_file_see_only_their_own_changes() {
    let (_dir, daemon) = daemon().await;
    let file = daemon
        .add_file(
            "e.xml",
            &Estate {
                vms: 3,
                mix: Mix::Running,
            }
            .file_xml(),
        )
        .expect("written");
    let uri = file_uri(&file, &daemon.socket());
    let mut shell = VirshShell::open(&uri).await.expect("connects");
    shell
        .run("destroy web-00000\nundefine web-00000")
        .await
        .expect("virsh lives");
    assert_eq!(
        names(&uri).await.len(),
        3,
        "another connection has its own three"
    );
}

/// The numbers that procedure.rs gives names to, against the libvirt that is installed.
#[tokio::test]
async fn the_proxy_names_what_virsh_calls() {
    let (dir, daemon) = daemon().await;
    let proxy = proxy(dir.path(), &daemon, Duration::ZERO).await;
    // the shared instance must outlive each virsh
    let _keeper = VirshShell::open(&shared_uri(&daemon.socket()))
        .await
        .expect("connects");
    let uri = shared_uri(&dir.path().join("proxy"));
    let cases: &[(&[&str], &str, u64)] = &[
        (&["list", "--all"], "connect_list_all_domains", 1),
        (&["dumpxml", "test"], "domain_get_xml_desc", 1),
        (&["domstats"], "connect_get_all_domain_stats", 1),
        (&["pool-list", "--all"], "connect_list_all_storage_pools", 1),
        (&["net-list", "--all"], "connect_list_all_networks", 1),
        (&["snapshot-list", "test"], "domain_list_all_snapshots", 1),
        (&["autostart", "test"], "domain_set_autostart", 1),
        (&["suspend", "test"], "domain_suspend", 1),
        (&["resume", "test"], "domain_resume", 1),
        (&["domifaddr", "test"], "domain_interface_addresses", 1),
        (&["nodeinfo"], "node_get_info", 1),
        (&["hostname"], "connect_get_hostname", 1),
    ];
    for (args, procedure, times) in cases {
        let before = proxy.counts();
        virsh::run(&uri, args).await.expect("virsh answers");
        let counts = proxy.counts().since(&before);
        assert_eq!(
            counts.of(procedure),
            *times,
            "{args:?}: {}",
            counts.calls_line()
        );
        assert_eq!(
            counts.of("connect_open"),
            1,
            "{args:?}: {}",
            counts.calls_line()
        );
        assert_eq!(counts.opaque, 0, "every byte was understood");
    }
}

#[tokio::test]
async fn a_tcp_client_reaches_the_daemon_through_the_proxy() {
    let (_dir, daemon) = daemon().await;
    let upstream = Upstream::Unix(daemon.socket());
    let proxy = RpcProxy::start(Listen::LoopbackTcp, upstream, Duration::ZERO)
        .await
        .expect("a free port");
    let uri = format!(
        "test+tcp://{}/default",
        proxy.tcp_addr().expect("a tcp proxy")
    );
    assert_eq!(names(&uri).await, ["test"]);
    assert!(proxy.counts().total_calls() > 0);
}
