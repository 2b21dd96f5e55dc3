//! The steps of `cargo xtask test`: their names, their order and what each one needs.

use crate::packages::Purpose;

/// One step. The order of the variants is the order of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Step {
    Fmt,
    Clippy,
    Eslint,
    SvelteCheck,
    Prettier,
    Stylelint,
    Vitest,
    UiBuild,
    Deny,
    Typegen,
    Unit,
    Lab,
    E2e,
    Windows,
    Macos,
}

/// What `cargo xtask lint` runs.
pub const LINTS: &[Step] = &[
    Step::Fmt,
    Step::Eslint,
    Step::SvelteCheck,
    Step::Prettier,
    Step::Stylelint,
    Step::Clippy,
];

impl Step {
    /// As `--only` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::UiBuild => "ui-build",
            Self::Eslint => "eslint",
            Self::SvelteCheck => "svelte-check",
            Self::Prettier => "prettier",
            Self::Stylelint => "stylelint",
            Self::Vitest => "vitest",
            Self::Deny => "deny",
            Self::Clippy => "clippy",
            Self::Typegen => "typegen",
            Self::Unit => "unit",
            Self::Lab => "lab",
            Self::E2e => "e2e",
            Self::Windows => "windows",
            Self::Macos => "macos",
        }
    }

    /// System packages.
    pub fn purposes(self) -> &'static [Purpose] {
        match self {
            Self::Clippy | Self::Typegen | Self::Unit => &[Purpose::Build],
            Self::Lab => &[Purpose::Build, Purpose::Lab, Purpose::Window],
            Self::E2e => &[Purpose::Build, Purpose::Window, Purpose::Lab],
            Self::Windows | Self::Macos => &[Purpose::Build, Purpose::Cross],
            Self::Fmt
            | Self::UiBuild
            | Self::Eslint
            | Self::SvelteCheck
            | Self::Prettier
            | Self::Stylelint
            | Self::Vitest
            | Self::Deny => &[],
        }
    }

    /// The Rust target of a cross check.
    pub fn triple(self) -> Option<&'static str> {
        match self {
            Self::Windows => Some("x86_64-pc-windows-gnu"),
            Self::Macos => Some("aarch64-apple-darwin"),
            _ => None,
        }
    }

    /// Namespaces, WebKit's WebDriver and the cross compilers are Linux's.
    pub fn runs_here(self) -> bool {
        cfg!(target_os = "linux")
            || !matches!(self, Self::Lab | Self::E2e | Self::Windows | Self::Macos)
    }
}

/// The steps of a run: those named, or all, in their order.
pub fn chosen(only: &[Step]) -> Vec<Step> {
    use clap::ValueEnum;
    let all = Step::value_variants().iter().copied();
    all.filter(|step| only.is_empty() || only.contains(step))
        .collect()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn a_steps_name_is_what_only_takes() {
        for step in Step::value_variants() {
            assert_eq!(
                Step::from_str(step.name(), false),
                Ok(*step),
                "{}",
                step.name()
            );
        }
    }

    #[test]
    fn only_keeps_the_usual_order() {
        assert_eq!(
            chosen(&[Step::Unit, Step::Fmt, Step::Unit]),
            [Step::Fmt, Step::Unit]
        );
        assert_eq!(chosen(&[]), Step::value_variants());
    }
}
