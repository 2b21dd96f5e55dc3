//! The command line of the app.

/// How it is called.
pub const USAGE: &str = "usage: innkeeper [--demo]";

/// What was asked for on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Open the demo estate.
    pub demo: bool,
    /// Open a window without anything in it: what benchmarks compare the app with.
    pub empty_window: bool,
}

impl Options {
    /// Parses the arguments after the program's name.
    ///
    /// # Errors
    /// A sentence that names the argument nobody knows.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--demo" => options.demo = true,
                "--empty-window" => options.empty_window = true,
                // macOS passes this when the app is opened from the Finder
                other if other.starts_with("-psn_") => {}
                other => return Err(format!("there is no option ‘{other}’")),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_option_is_named() {
        let parse = |line: &[&str]| Options::parse(line.iter().map(|word| (*word).to_owned()));
        assert!(parse(&["--demo"]).is_ok_and(|options| options.demo));
        assert_eq!(
            parse(&["--dmeo"]),
            Err("there is no option ‘--dmeo’".to_owned())
        );
    }
}
