//! Measures what consoles cost and prints each figure beside its reference. See `--help`.
#![forbid(unsafe_code)]

/// Everything is in the library, where it can be tested.
#[cfg(unix)]
#[tokio::main]
async fn main() -> anyhow::Result<std::process::ExitCode> {
    innkeeper_tests::bench::console::main(std::env::args().skip(1)).await
}

#[cfg(not(unix))]
fn main() {
    eprintln!("bench-console needs libvirtd, so it runs on Linux only");
}
