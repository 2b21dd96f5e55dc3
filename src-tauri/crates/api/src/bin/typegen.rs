//! Writes the TypeScript of the wire contract, or with `--check` compares it with what is there.
//!
//! Usage: `typegen DIR [--check]`
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use api::command::COMMANDS;
use ts_rs::{Config, TS, TypeVisitor};

const HEAD: &str = "// Generated from crate api by `cargo xtask typegen`. Do not edit.\n\n";

/// Collects every named type that something refers to, each once, in order of name.
struct Collector<'a> {
    config: &'a Config,
    types: std::collections::BTreeMap<String, String>,
}

impl TypeVisitor for Collector<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() || self.types.contains_key(&T::ident(self.config)) {
            return;
        }
        self.types
            .insert(T::ident(self.config), T::decl(self.config));
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

fn generate() -> String {
    let config = Config::default();
    let mut collector = Collector {
        config: &config,
        types: Default::default(),
    };
    api::command::visit_types(&mut collector);
    collector.visit::<api::AppEvent>();
    collector.visit::<api::ApiError>();
    let mut text = HEAD.to_owned();
    for declaration in collector.types.values() {
        let _ = writeln!(text, "export {declaration}\n");
    }
    text.push_str("/** What may be asked of Rust: request and response of each command. */\n");
    text.push_str("export interface Commands {\n");
    for command in COMMANDS {
        let (request, response) = ((command.request)(&config), (command.response)(&config));
        let _ = writeln!(text, "  /** {} */", command.doc);
        let _ = writeln!(
            text,
            "  {}: {{ request: {request}; response: {response} }};",
            command.name
        );
    }
    text.push_str("}\n");
    text
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.iter().any(|argument| argument == "--check");
    let Some(dir) = arguments
        .iter()
        .find(|argument| !argument.starts_with("--"))
    else {
        eprintln!("usage: typegen DIR [--check]");
        return ExitCode::from(2);
    };
    let file: PathBuf = Path::new(dir).join("api.ts");
    let wanted = generate();
    if check {
        if std::fs::read_to_string(&file).is_ok_and(|there| there == wanted) {
            return ExitCode::SUCCESS;
        }
        eprintln!(
            "{} is not what crate api says: run `cargo xtask typegen`",
            file.display()
        );
        return ExitCode::FAILURE;
    }
    let written = std::fs::create_dir_all(dir).and_then(|()| std::fs::write(&file, wanted));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write {}: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}
