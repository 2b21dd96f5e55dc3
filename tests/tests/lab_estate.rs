//! The estate over real ssh, libvirtd and QEMU, through `innkeeperctl`.
#![cfg(feature = "lab")]

use std::time::Duration;

use anyhow::Result;
use innkeeper_tests::lab::Lab;
use innkeeper_tests::user::User;
use serde_json::json;

/// A VM that draws a picture at once and needs no guest.
const BARE: [&str; 3] = ["mem=16", "machine=pc", "boot=hd"];

fn task_of(document: &serde_json::Value) -> &serde_json::Value {
    &document["tasks"][0]
}

#[test]
fn two_hosts_are_read_listed_searched_and_remembered() -> Result<()> {
    let lab = Lab::up("two", &["a", "b"])?;
    for (host, vm) in [("a", "web-01"), ("a", "web-02"), ("b", "db <b>&\"1")] {
        let hostile = vm
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;");
        lab.define(
            host,
            &[&[hostile.as_str(), "title=Front &lt;i&gt;"], &BARE[..]].concat(),
        )?;
    }
    lab.virsh("a", &["start", "web-01"])?;
    let user = User::of_lab(&lab)?;
    user.ok(&[
        "connection",
        "add",
        "ams",
        &lab.ssh("a"),
        "--folder",
        "Amsterdam",
    ])?;
    user.ok(&["connection", "add", "fra", &lab.ssh("b")])?;

    let synced = user.ok(&["sync", "--details"])?;
    for (at, name, vms) in [(0, "ams", 2), (1, "fra", 1)] {
        let report = &synced["connections"][at];
        assert_eq!(
            (&report["name"], &report["vms"]),
            (&json!(name), &json!(vms))
        );
        assert_eq!(
            (&report["state"], &report["error"]),
            (&json!("ready"), &json!(null))
        );
        assert!(
            report["duration_ms"].is_u64() && report["calls"].is_u64(),
            "{report}"
        );
    }

    // every host is gone: the estate is still there, and says how old it is
    lab.run(&["kill", "a"])?;
    lab.run(&["kill", "b"])?;
    let rows = user.list(&["--offline"])?;
    let names: Vec<_> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["web-01", "web-02", "db <b>&\"1"]);
    let web = &rows[0];
    assert_eq!(web["state"], "running", "the last known state");
    assert_eq!(web["stale"], true, "nothing is live");
    assert!(web["as_of"].is_string());
    assert_eq!(
        (&web["connection"], &web["folder"]),
        (&json!("ams"), &json!("Amsterdam"))
    );
    assert_eq!(
        (&web["vcpus"], &web["memory_bytes"]),
        (&json!(1), &json!(16 << 20))
    );
    assert_eq!(web["title"], "Front <i>");
    let found = user.list(&["--offline", "--search", "host:fra"])?;
    assert_eq!(found.len(), 1);
    assert_eq!(user.list(&["--offline", "--state", "running"])?.len(), 1);
    let shown = user.ok(&["show", "ams/web-01", "--xml", "--history"])?;
    assert!(
        shown["xml"]
            .as_str()
            .is_some_and(|xml| xml.contains("<name>web-01</name>"))
    );
    assert_eq!(shown["history"].as_array().map(Vec::len), Some(1));

    // a dead host fails by itself and says why
    let failed = user.run(&["sync"])?;
    assert_eq!(failed.code, 1);
    assert!(
        failed.json["connections"][0]["error"]["code"].is_string(),
        "{}",
        failed.json
    );
    Ok(())
}

#[test]
fn a_vms_life_by_tasks() -> Result<()> {
    let lab = Lab::up("life", &["a"])?;
    lab.define("a", &[&["box"], &BARE[..]].concat())?;
    let user = User::of_lab(&lab)?;
    user.ok(&["connection", "add", "ams", &lab.ssh("a")])?;
    user.ok(&["sync"])?;
    let state = |expected: &str| -> Result<()> {
        assert_eq!(lab.virsh("a", &["domstate", "box"])?, expected);
        Ok(())
    };
    for (command, expected) in [
        ("start", "running"),
        ("pause", "paused"),
        ("resume", "running"),
        ("reset", "running"),
        ("nmi", "running"),
        ("save", "shut off"),
        ("start", "running"),
        ("force-off", "shut off"),
    ] {
        let done = user.ok(&[command, "ams/box"])?;
        assert_eq!(task_of(&done)["status"], "succeeded", "{command}");
        assert!(task_of(&done)["duration_ms"].is_u64(), "{command}");
        state(expected)?;
    }
    user.ok(&["autostart", "on", "ams/box"])?;
    assert_eq!(user.list(&["--connection", "ams"])?[0]["autostart"], true);
    user.ok(&["tag", "ams/box", "+prod", "+web"])?;
    user.ok(&["tag", "ams/box", "-web"])?;
    user.ok(&["rename", "ams/box", "crate"])?;
    let rows = user.list(&["--search", "tag:prod"])?;
    assert_eq!(
        (&rows[0]["name"], &rows[0]["tags"]),
        (&json!("crate"), &json!(["prod"]))
    );

    // what the state forbids is refused by the policy, with a code, and recorded
    let refused = user.run(&["pause", "ams/crate"])?;
    assert_eq!(
        (refused.code, task_of(&refused.json)["status"].as_str()),
        (1, Some("failed"))
    );
    assert_eq!(task_of(&refused.json)["error"]["code"], "invalid_state");
    let tasks = user.ok(&["task", "list"])?;
    assert!(
        tasks["tasks"]
            .as_array()
            .is_some_and(|tasks| tasks.len() >= 13),
        "{tasks}"
    );
    Ok(())
}

#[test]
fn a_guest_is_asked_to_shut_down_and_waited_for() -> Result<()> {
    let lab = Lab::up("guest", &["a"])?;
    lab.run(&["guest"])?;
    lab.define("a", &["obeys", "mem=96", "tb=32"])?;
    lab.define(
        "a",
        &["deaf", "mem=96", "tb=32", "args=lab.noacpi lab.noagent"],
    )?;
    let user = User::of_lab(&lab)?;
    user.ok(&["connection", "add", "ams", &lab.ssh("a")])?;
    user.ok(&["sync", "--details"])?;
    user.ok(&["start", "ams/obeys", "ams/deaf"])?;
    lab.guest_ready("a", "obeys")?;
    lab.guest_ready("a", "deaf")?;
    let done = user.ok(&["shutdown", "ams/obeys"])?;
    assert_eq!(task_of(&done)["status"], "succeeded");
    assert_eq!(lab.virsh("a", &["domstate", "obeys"])?, "shut off");

    // a guest that does not listen: the command goes on in the background until it is cancelled
    let queued = user.ok(&["shutdown", "ams/deaf", "--no-wait"])?;
    assert_eq!(task_of(&queued)["status"], "queued");
    let id = task_of(&queued)["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let mut watch = user.watch()?;
    watch.until_state("ams", "ready", Duration::from_secs(30))?;
    user.ok(&["task", "cancel", &id])?;
    let ended = std::time::Instant::now();
    let status = loop {
        let task = user.ok(&["task", "show", &id])?;
        let status = task["task"]["status"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if !["queued", "running"].contains(&status.as_str()) {
            break status;
        }
        assert!(
            ended.elapsed() < Duration::from_secs(30),
            "a cancel reaches the other process"
        );
    };
    assert_eq!(status, "cancelled");
    assert_eq!(
        lab.virsh("a", &["domstate", "deaf"])?,
        "running",
        "force off is the user's word"
    );
    Ok(())
}

#[test]
fn wrong_input_is_named_and_changes_nothing() -> Result<()> {
    let user = User::new()?;
    let refused = |arguments: &[&str], code: &str, word: &str| -> Result<()> {
        let printed = user.run(arguments)?;
        assert_eq!(
            (printed.code, printed.error_code()),
            (1, code),
            "{arguments:?}"
        );
        let said = printed.json["error"].to_string();
        assert!(
            said.contains(word),
            "{arguments:?} says what is wrong: {said}"
        );
        Ok(())
    };
    refused(
        &["connection", "add", "x", "qemu+sssh://h/system"],
        "invalid_input",
        "transport",
    )?;
    refused(
        &["connection", "add", "x", "qemu+ssh://h:99999/system"],
        "invalid_input",
        "port",
    )?;
    refused(
        &["connection", "add", "x/y", "test:///default"],
        "invalid_input",
        "name",
    )?;
    refused(
        &["connection", "show", "nobody"],
        "connection_not_found",
        "nobody",
    )?;
    refused(
        &["list", "--offline", "--search", "hsot:x"],
        "invalid_input",
        "host",
    )?;
    refused(
        &["list", "--offline", "--state", "asleep"],
        "invalid_input",
        "asleep",
    )?;
    refused(
        &["show", "nobody/nothing"],
        "connection_not_found",
        "nobody",
    )?;
    let file = user.home().join("bad.toml");
    std::fs::write(
        &file,
        "[[connection]]\nname = \"a\"\nuri = \"test:///default\"\n[[connection\n",
    )?;
    refused(
        &["connection", "import", &file.display().to_string()],
        "invalid_input",
        "Line 4",
    )?;
    assert_eq!(
        user.ok(&["connection", "list"])?["connections"],
        json!([]),
        "nothing was added"
    );
    let usage = user.command(&["lsit"]).output()?;
    assert_eq!(usage.status.code(), Some(2));
    Ok(())
}

#[test]
fn connections_travel_as_toml() -> Result<()> {
    let user = User::new()?;
    user.ok(&[
        "connection",
        "add",
        "a",
        "qemu+ssh://root@h:2222/system",
        "--folder",
        "X",
        "--read-only",
    ])?;
    user.ok(&["connection", "add", "b", "test:///default", "--manual"])?;
    let exported = user.ok(&["connection", "export"])?;
    let toml = exported["toml"].as_str().unwrap_or_default();
    let other = User::new()?;
    let file = other.home().join("set.toml");
    std::fs::write(&file, toml)?;
    let report = other.ok(&["connection", "import", &file.display().to_string()])?;
    assert_eq!(report["added"], json!(["a", "b"]));
    let again = other.ok(&["connection", "import", &file.display().to_string()])?;
    assert_eq!(again["unchanged"], json!(["a", "b"]));
    assert_eq!(
        other.ok(&["connection", "export"])?["toml"].as_str(),
        Some(toml)
    );
    Ok(())
}

/// A VM that was removed and made again has its name, but not its identity.
#[test]
fn a_name_means_the_vm_that_has_it_now() -> Result<()> {
    let user = User::new()?;
    // without a uuid in the file, libvirt gives a new one at each connect
    let estate = "<node><domain type='test'><name>box</name><memory>1024</memory><vcpu>1</vcpu>\
         <os><type>hvm</type></os></domain></node>";
    let file = user.home().join("estate.xml");
    std::fs::write(&file, estate)?;
    let uri = format!("test://{}", file.display());
    user.ok(&["connection", "add", "a", &uri])?;
    user.ok(&["sync"])?;
    let done = user.ok(&["pause", "a/box"])?;
    assert_eq!(task_of(&done)["status"], "succeeded");
    Ok(())
}
