//! Rules of docs/STYLE.md that a machine can read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LONGEST: usize = 500;

/// Files that may be longer, each with its reason.
const LONGER: &[(&str, &str)] = &[("ui/src/generated/api.ts", "generated")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Source files git tracks or would track, with their text.
fn sources(endings: &[&str]) -> Vec<(String, String)> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git is there, since this is a checkout");
    assert!(output.status.success(), "git ls-files failed");
    let files: Vec<_> = String::from_utf8(output.stdout)
        .expect("our file names are UTF-8")
        .lines()
        .filter(|file| endings.iter().any(|ending| file.ends_with(ending)))
        .filter_map(|file| Some((file.to_owned(), fs::read_to_string(root().join(file)).ok()?)))
        .collect();
    assert!(files.len() > 10, "looked in the wrong place: {files:?}");
    files
}

fn none(what: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{what}:\n{}", findings.join("\n"));
}

#[test]
fn no_file_is_too_long_to_see_through() {
    let findings: Vec<String> = sources(&[".rs", ".ts", ".svelte", ".mjs", ".css"])
        .into_iter()
        .filter(|(file, _)| !LONGER.iter().any(|(longer, _)| longer == file))
        .filter_map(|(file, text)| {
            let lines = text.lines().count();
            (lines > LONGEST).then(|| format!("  {file}: {lines} lines"))
        })
        .collect();
    none(
        "longer than 500 lines: split it, or write the reason into LONGER",
        &findings,
    );
}

#[test]
fn every_rust_file_says_what_it_owns() {
    let findings: Vec<String> = sources(&[".rs"])
        .into_iter()
        .filter(|(_, text)| !text.trim_start().starts_with("//!"))
        .map(|(file, _)| format!("  {file}"))
        .collect();
    none("no `//!` at the top", &findings);
}

#[test]
fn unsafe_code_lives_in_one_place() {
    let crates = sources(&["lib.rs", "main.rs"]);
    let missing: Vec<String> = crates
        .iter()
        .filter(|(file, _)| !file.contains("crates/driver-libvirt/"))
        .filter(|(file, _)| {
            file.matches("src/lib.rs").count() + file.matches("src/main.rs").count() > 0
        })
        .filter(|(_, text)| !text.contains("#![forbid(unsafe_code)]"))
        .map(|(file, _)| format!("  {file}"))
        .collect();
    none("does not forbid unsafe code", &missing);
    let word = ["uns", "afe {"].concat();
    let outside: Vec<String> = sources(&[".rs"])
        .into_iter()
        .filter(|(file, text)| !file.contains("driver-libvirt/src/sys") && text.contains(&word))
        .map(|(file, _)| format!("  {file}"))
        .collect();
    none("unsafe block outside driver-libvirt's sys", &outside);
}

#[test]
fn tauris_npm_packages_have_one_door() {
    let findings: Vec<String> = sources(&[".ts", ".svelte"])
        .into_iter()
        .filter(|(file, text)| text.contains("@tauri-apps/") && file != "ui/src/host/tauri.ts")
        .map(|(file, _)| format!("  {file}"))
        .collect();
    none("imports @tauri-apps", &findings);
}

#[test]
fn hosts_texts_never_become_markup() {
    let findings: Vec<String> = sources(&[".ts", ".svelte"])
        .into_iter()
        // tests set their own pages up
        .filter(|(file, _)| !file.ends_with(".test.ts"))
        // reads the page's markup, in which texts are escaped
        .filter(|(file, _)| file != "ui/src/frame-of.ts")
        .filter(|(_, text)| {
            ["{@html", "innerHTML", "insertAdjacentHTML", "outerHTML"]
                .iter()
                .any(|way| {
                    text.lines().any(|line| {
                        line.contains(way)
                            && !line.trim_start().starts_with("//")
                            && !line.trim_start().starts_with('*')
                    })
                })
        })
        .map(|(file, _)| format!("  {file}"))
        .collect();
    none("makes markup out of text", &findings);
}

/// The shell implements each command of the table, and no other.
#[test]
fn the_shell_implements_the_table_of_commands() {
    let mut table: Vec<&str> = api::command::COMMANDS
        .iter()
        .map(|command| command.name)
        .collect();
    table.sort_unstable();
    let shell =
        fs::read_to_string(root().join("src-tauri/src/commands/mod.rs")).expect("the shell");
    let handlers = shell
        .split_once("generate_handler![")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("the shell has one generate_handler!")
        .0;
    let mut implemented: Vec<&str> = handlers
        .split(',')
        .filter_map(|path| path.trim().rsplit("::").next())
        .filter(|name| !name.is_empty())
        .collect();
    implemented.sort_unstable();
    assert_eq!(implemented, table);
}
