//! What goes wrong with hosts, as `innkeeperctl watch` tells it: each fault is seen in time, hurts
//! nobody else, and heals by itself or waits for the user.
#![cfg(feature = "lab")]

use std::time::Duration;

use anyhow::Result;
use innkeeper_tests::lab::Lab;
use innkeeper_tests::user::{User, Watching};
use serde_json::Value;

const START: Duration = Duration::from_secs(30);
/// Lost is shown within 10 s.
const LOST: Duration = Duration::from_secs(10);
/// Healing reconnects within 5 s.
const HEALED: Duration = Duration::from_secs(5);

fn two_hosts(test: &str) -> Result<(Lab, User)> {
    let lab = Lab::up(test, &["a", "b"])?;
    for host in ["a", "b"] {
        lab.define(
            host,
            &[&format!("on-{host}"), "mem=16", "machine=pc", "boot=hd"],
        )?;
    }
    let user = User::of_lab(&lab)?;
    user.ok(&["connection", "add", "ams", &lab.ssh("a")])?;
    user.ok(&["connection", "add", "fra", &lab.ssh("b")])?;
    Ok((lab, user))
}

fn ready(user: &User) -> Result<Watching> {
    let mut watch = user.watch()?;
    let mut left = vec!["ams", "fra"];
    while !left.is_empty() {
        watch.until("a host to be ready", START, |document| {
            document["event"] == "connection" && document["state"] == "ready"
        })?;
        let name = watch.seen.last().map(|document| document["name"].clone());
        left.retain(|each| Some(Value::from(*each)) != name);
    }
    Ok(watch)
}

fn error_code(watch: &Watching) -> String {
    let last = watch.seen.last().cloned().unwrap_or_default();
    last["error"]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn others_noticed_nothing(watch: &Watching, other: &str) {
    let first_ready = watch
        .seen
        .iter()
        .position(|document| document["name"] == other && document["state"] == "ready")
        .expect("it was ready");
    let after: Vec<_> = watch.seen[first_ready + 1..]
        .iter()
        .filter(|document| document["event"] == "connection" && document["name"] == other)
        .collect();
    assert!(after.is_empty(), "{other} noticed: {after:?}");
}

/// A fault that comes and goes.
fn comes_and_goes(test: &str, fault: &[&str], repair: &[&str]) -> Result<()> {
    let (lab, user) = two_hosts(test)?;
    let mut watch = ready(&user)?;
    lab.run(fault)?;
    watch.until_state("ams", "lost", LOST)?;
    assert!(
        watch
            .seen
            .last()
            .is_some_and(|lost| lost["retry_at"].is_string()),
        "it is tried again"
    );
    lab.run(repair)?;
    watch.until_state("ams", "ready", HEALED)?;
    // and it is alive: what happens there arrives
    lab.virsh("a", &["start", "on-a"])?;
    watch.until_row("on-a", Duration::from_secs(5), |row| {
        row["state"] == "running" && row["stale"] == false
    })?;
    others_noticed_nothing(&watch, "fra");
    Ok(())
}

#[test]
fn a_host_loses_power() -> Result<()> {
    comes_and_goes("power", &["kill", "a"], &["start", "a"])
}

#[test]
fn the_network_is_cut() -> Result<()> {
    comes_and_goes("cut", &["cut", "a"], &["heal", "a"])
}

#[test]
fn a_host_freezes() -> Result<()> {
    comes_and_goes("freeze", &["freeze", "a"], &["thaw", "a"])
}

#[test]
fn libvirtd_stops_and_starts() -> Result<()> {
    comes_and_goes("daemon", &["daemon-stop", "a"], &["daemon-start", "a"])
}

#[test]
fn sshd_stops_and_its_sessions_end() -> Result<()> {
    let (lab, user) = two_hosts("sshd")?;
    let mut watch = ready(&user)?;
    lab.run(&["sshd-stop", "a"])?;
    lab.run(&["drop-sessions", "a"])?;
    watch.until_state("ams", "lost", LOST)?;
    lab.run(&["sshd-start", "a"])?;
    watch.until_state("ams", "ready", HEALED)?;
    Ok(())
}

#[test]
fn a_task_on_a_dying_host_does_not_stay_running() -> Result<()> {
    let (lab, user) = two_hosts("task")?;
    user.ok(&["sync"])?;
    lab.virsh("a", &["start", "on-a"])?;
    let mut watch = ready(&user)?;
    // SeaBIOS without a disk ignores the power button: the task waits
    let queued = user.ok(&["shutdown", "ams/on-a", "--no-wait"])?;
    let id = queued["tasks"][0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    lab.run(&["kill", "a"])?;
    watch.until_state("ams", "lost", LOST)?;
    let began = std::time::Instant::now();
    loop {
        let task = user.ok(&["task", "show", &id])?["task"].clone();
        if task["status"] == "failed" {
            assert_eq!(task["error"]["code"], "connection_lost");
            return Ok(());
        }
        assert!(began.elapsed() < START, "left {}", task["status"]);
    }
}

/// Faults that only the user can mend: told with a code and not tried again.
#[test]
fn what_only_the_user_can_mend_waits_for_the_user() -> Result<()> {
    let lab = Lab::up("user", &["a"])?;
    let cases = [
        ("wrong key", lab.ssh("a-stranger"), None, "auth_failed"),
        (
            "unknown user",
            "qemu+ssh://nobody-here@lab-a/system".to_owned(),
            None,
            "auth_failed",
        ),
        ("no rights", lab.ssh("a-clerk"), None, "permission_denied"),
        (
            "no ssh",
            lab.ssh("a"),
            Some(("INNKEEPER_SSH", "/nonexistent/ssh")),
            "unsupported",
        ),
    ];
    for (what, uri, env, code) in cases {
        let mut user = User::of_lab(&lab)?;
        if let Some((name, value)) = env {
            user = user.with_env(name, value);
        }
        user.ok(&["connection", "add", "ams", &uri])?;
        let mut watch = user.watch()?;
        watch
            .until_state("ams", "lost", START)
            .map_err(|error| error.context(what))?;
        assert_eq!(error_code(&watch), code, "{what}");
        let lost = watch.seen.last().cloned().unwrap_or_default();
        assert!(
            lost["retry_at"].is_null(),
            "{what} is not tried again: {lost}"
        );
        assert!(
            lost["error"]["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{what}"
        );
    }
    Ok(())
}

#[test]
fn a_changed_host_key_is_never_repaired() -> Result<()> {
    let lab = Lab::up("rekey", &["a"])?;
    let user = User::of_lab(&lab)?;
    user.ok(&["connection", "add", "ams", &lab.ssh("a")])?;
    user.ok(&["sync"])?;
    lab.run(&["rekey", "a"])?;
    let known = std::fs::read(lab.state().join("known_hosts"))?;
    let failed = user.run(&["sync"])?;
    assert_eq!((failed.code, failed.error_code()), (1, "host_key_changed"));
    assert_eq!(
        std::fs::read(lab.state().join("known_hosts"))?,
        known,
        "known_hosts is the user's"
    );
    let doctor = user.run(&["connection", "doctor", "ams"])?;
    let steps = doctor.json["steps"].as_array().cloned().unwrap_or_default();
    let step = |kind: &str| {
        let found = steps.iter().find(|step| step["kind"] == kind);
        found.map(|step| step["outcome"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(
        step("host_key_known").as_deref(),
        Some("failed"),
        "{steps:?}"
    );
    assert_eq!(step("login_works").as_deref(), Some("not_reached"));
    Ok(())
}

#[test]
fn the_doctor_finds_what_is_missing() -> Result<()> {
    let lab = Lab::up("doctor", &["a"])?;
    let user = User::of_lab(&lab)?;
    let outcome = |uri: &str| -> Result<Vec<(String, String)>> {
        let printed = user.run(&["connection", "doctor", uri])?;
        let steps = printed.json["steps"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let text = |step: &Value, key: &str| step[key].as_str().unwrap_or_default().to_owned();
        Ok(steps
            .iter()
            .map(|step| (text(step, "kind"), text(step, "outcome")))
            .collect())
    };
    let first_failure = |steps: &[(String, String)]| {
        steps
            .iter()
            .find(|step| step.1 == "failed")
            .map(|step| step.0.clone())
    };
    let healthy = outcome(&lab.ssh("a"))?;
    assert!(healthy.iter().all(|step| step.1 == "passed"), "{healthy:?}");
    let unknown = outcome("qemu+ssh://no-such-host.invalid/system")?;
    assert_eq!(first_failure(&unknown).as_deref(), Some("name_resolves"));
    let refused = outcome(&lab.ssh("a-stranger"))?;
    assert_eq!(first_failure(&refused).as_deref(), Some("login_works"));
    lab.run(&["hide", "a", "virt-ssh-helper"])?;
    let with_nc = outcome(&lab.ssh("a"))?;
    assert!(
        with_nc.iter().all(|step| step.1 == "passed"),
        "nc is enough: {with_nc:?}"
    );
    let ways = ["nc", "ncat", "netcat", "socat"].map(|way| lab.run(&["hide", "a", way]));
    assert!(
        ways[0].is_ok(),
        "the lab has nc; the others may be missing on this machine"
    );
    let neither = outcome(&lab.ssh("a"))?;
    assert_eq!(first_failure(&neither).as_deref(), Some("helper_found"));
    lab.run(&["reveal", "a", "nc"])?;
    lab.run(&["daemon-stop", "a"])?;
    let no_daemon = outcome(&lab.ssh("a"))?;
    assert_eq!(
        first_failure(&no_daemon).as_deref(),
        Some("libvirt_answers")
    );
    Ok(())
}

#[test]
fn kill_9_leaves_an_inventory_that_opens_and_no_running_task() -> Result<()> {
    let (lab, user) = two_hosts("kill9")?;
    user.ok(&["sync"])?;
    lab.virsh("a", &["start", "on-a"])?;
    let queued = user.ok(&["shutdown", "ams/on-a", "--no-wait"])?;
    let id = queued["tasks"][0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    // the process that runs the task dies
    let data_dir = user.data_dir().display().to_string();
    let killed = std::process::Command::new("sh")
        .args(["-c", "for p in /proc/[0-9]*; do grep -qz \"INNKEEPER_DATA_DIR=$1\" $p/environ 2>/dev/null && kill -9 ${p#/proc/}; done; true", "sh", &data_dir])
        .status()?;
    assert!(killed.success());
    let task = user.ok(&["task", "show", &id])?["task"].clone();
    assert_eq!(task["status"], "interrupted", "{task}");
    assert_eq!(user.list(&["--offline"])?.len(), 2);
    Ok(())
}

#[test]
fn bursts_strangers_and_renames_made_elsewhere_arrive() -> Result<()> {
    let (lab, user) = two_hosts("burst")?;
    let mut watch = ready(&user)?;
    // a VM nobody has heard of, renamed and removed by somebody else
    lab.define("a", &["stranger", "mem=16", "machine=pc", "boot=hd"])?;
    watch.until_row("stranger", HEALED, |row| row["stale"] == false)?;
    lab.virsh("a", &["domrename", "stranger", "friend"])?;
    watch.until_row("friend", HEALED, |_| true)?;
    lab.virsh("a", &["undefine", "friend"])?;
    watch.until("a removal", HEALED, |document| {
        document["removed"]
            .as_array()
            .is_some_and(|removed| removed.len() == 1)
    })?;
    // a thousand events: the last state is what is shown
    lab.virsh("a", &["start", "on-a"])?;
    let script = "suspend on-a; resume on-a;".repeat(500);
    let script = format!("{script} suspend on-a");
    lab.virsh("a", &[&script])?;
    watch.until_row("on-a", START, |row| row["state"] == "paused")?;
    let rows = user.list(&["--connection", "ams"])?;
    assert_eq!(rows[0]["state"], "paused");
    others_noticed_nothing(&watch, "fra");
    Ok(())
}
