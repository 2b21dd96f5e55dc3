//! `cargo xtask`: run, build, test and bench Innkeeper, on a machine that has only Rust, Node.js, Python and git.
//!
//! Invariant: what a command needs and cannot find, it installs; where it may not, it prints the exact line that
//! would, and stops before anything else has happened.
#![forbid(unsafe_code)]

mod app;
mod counts;
mod cross;
mod display;
mod lab;
mod packages;
mod privilege;
mod process;
mod steps;
mod suite;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::packages::Purpose;
use crate::steps::Step;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Run, build, test and bench Innkeeper")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the app and open its window
    Run {
        /// Open the demo estate: three hosts on libvirt's own test driver
        #[arg(long)]
        demo: bool,
        /// Build with optimisation (takes minutes the first time)
        #[arg(long)]
        release: bool,
        /// Passed on to the app
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Build the app and innkeeperctl, print where they are
    Build {
        /// Build with optimisation
        #[arg(long)]
        release: bool,
    },
    /// Everything that CI checks; ends with one line `N passed, M failed`
    Test {
        /// Only these steps, in the usual order
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<Step>,
    },
    /// The quick checks: formatters and linters of Rust and of the UI
    Lint,
    /// Write ui/src/generated from the wire contract
    Typegen {
        /// Compare instead of writing
        #[arg(long)]
        check: bool,
    },
    /// The lab of real libvirt hosts: `cargo xtask lab help`
    #[command(disable_help_flag = true)]
    Lab {
        /// Passed on to tests/lab/lab
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Run a benchmark in release mode
    Bench {
        /// The binary tests/src/bin/bench-NAME, without `bench-`
        name: String,
        /// Passed on to it
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Install what building needs
    Setup {
        /// Also what the tests, the lab and the cross checks need
        #[arg(long)]
        test: bool,
    },
}

fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run {
            demo,
            release,
            args,
        } => app::run(demo, release, &args),
        Command::Build { release } => app::build(release),
        Command::Test { only } => suite::run(&steps::chosen(&only)),
        Command::Lint => suite::run(steps::LINTS),
        Command::Typegen { check } => app::typegen(check),
        Command::Lab { args } => lab::pass_through(&args),
        Command::Bench { name, args } => app::bench(&name, &args),
        Command::Setup { test } => {
            let purposes = if test {
                Purpose::ALL
            } else {
                &[Purpose::Build][..]
            };
            packages::ensure(purposes)?;
            tools::node_modules()?;
            if test {
                tools::for_tests(&steps::chosen(&[]))?;
            }
            println!("xtask: ready");
            Ok(ExitCode::SUCCESS)
        }
    }
}
