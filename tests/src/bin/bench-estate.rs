//! Measures what the project promises about speed and prints each figure beside its reference. See `--help`.
#![forbid(unsafe_code)]

/// Everything is in the library, where it can be tested.
#[cfg(unix)]
#[tokio::main]
async fn main() -> anyhow::Result<std::process::ExitCode> {
    innkeeper_tests::bench::command::main(std::env::args().skip(1)).await
}

#[cfg(not(unix))]
fn main() {
    eprintln!("bench-estate needs libvirtd, so it runs on Linux only");
}
