//! Dependencies point one way, and each outside world has one door.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each crate of ours may depend on, of ours. A crate that is missing here is a finding.
const MAY: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("driver", &["model"]),
    ("driver-libvirt", &["model", "driver"]),
    ("store", &["model"]),
    ("engine", &["model", "driver", "store"]),
    ("api", &["model"]),
    (
        "app",
        &[
            "model",
            "driver",
            "store",
            "engine",
            "api",
            "driver-libvirt",
        ],
    ),
    (
        "cli",
        &[
            "model",
            "driver",
            "store",
            "engine",
            "api",
            "app",
            "driver-libvirt",
        ],
    ),
    (
        "innkeeper",
        &[
            "model",
            "driver",
            "store",
            "engine",
            "api",
            "app",
            "driver-libvirt",
        ],
    ),
    (
        "innkeeper-tests",
        &[
            "model",
            "driver",
            "store",
            "engine",
            "api",
            "driver-libvirt",
        ],
    ),
    ("xtask", &[]),
];

/// Who may depend on what leads outside.
const DOORS: &[(&str, &[&str])] = &[
    ("tauri", &["innkeeper"]),
    ("tauri-build", &["innkeeper"]),
    ("tauri-plugin-store", &["innkeeper"]),
    ("virt", &["driver-libvirt"]),
    ("virt-sys", &["driver-libvirt"]),
    ("rusqlite", &["store"]),
    ("rusqlite_migration", &["store"]),
];

/// Direct dependencies of each crate of ours, dev and build ones included.
fn graph() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs, since it runs this test");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata writes JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages is a list")
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().into_iter().flatten();
            (
                text(&package["name"]),
                dependencies.map(|each| text(&each["name"])).collect(),
            )
        })
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let graph = graph();
    let ours: BTreeSet<&String> = graph.keys().collect();
    let allowed: BTreeMap<&str, &[&str]> = MAY.iter().copied().collect();
    for (name, dependencies) in &graph {
        let may = allowed.get(name.as_str()).unwrap_or_else(|| {
            panic!("crate {name} is new: say in this test what it may depend on")
        });
        for dependency in dependencies.iter().filter(|each| ours.contains(each)) {
            assert!(
                may.contains(&dependency.as_str()),
                "{name} must not depend on {dependency}: see docs/ARCHITECTURE.md"
            );
        }
    }
    assert_eq!(graph.len(), MAY.len(), "a crate of this test is gone");
}

#[test]
fn each_outside_world_has_one_door() {
    for (name, dependencies) in graph() {
        for (outside, doors) in DOORS {
            assert!(
                !dependencies.contains(*outside) || doors.contains(&name.as_str()),
                "{name} must not depend on {outside}: only {doors:?} may"
            );
        }
    }
}
