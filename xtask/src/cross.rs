//! Clippy for the other two desktops, from here: it shows that no line compiles on Linux only. It links nothing.
//!
//! Each has its own target folder, so that the checks and the usual builds do not throw each other's results away.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::process::{self, target};
use crate::steps::Step;

/// C code of dependencies is "compiled" to empty objects: nothing will ever be linked from them, and Apple's compiler
/// is not to be had here.
const FAKE_CC: &str = r#"#!/bin/sh
out=
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then out=$2; shift; fi
  shift
done
[ -z "$out" ] || : > "$out"
"#;

/// The clippy command of a cross step; its tests that drive Linux hosts are left out.
pub fn clippy(step: Step, triple: &str) -> Result<Command> {
    let folder = target().join(format!("x-{}", step.name()));
    let mut clippy = process::words("cargo clippy --locked --workspace --exclude innkeeper-tests");
    clippy.args(["--all-targets", "--target", triple]);
    clippy
        .env("CARGO_TARGET_DIR", &folder)
        .env("PKG_CONFIG_ALLOW_CROSS", "1");
    if step == Step::Macos {
        fs::create_dir_all(&folder)?;
        let cc = folder.join("fake-cc");
        fs::write(&cc, FAKE_CC)?;
        process::check(process::words("chmod +x").arg(&cc))?;
        clippy
            .env("CC_aarch64_apple_darwin", &cc)
            .env("AR_aarch64_apple_darwin", "/bin/true");
    }
    clippy.args(["--", "-D", "warnings"]);
    Ok(clippy)
}
