//! How many tests passed and failed, read from what the test programs print.

/// Passed and failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl Counts {
    /// A step that either holds or does not.
    pub fn one(ok: bool) -> Self {
        Self {
            passed: u64::from(ok),
            failed: u64::from(!ok),
        }
    }

    /// What the exit code knows and the text does not: a test program that failed has failed at least once, and one
    /// that ran no test has shown nothing.
    pub fn or_exit(self, ok: bool) -> Self {
        if (ok && self.passed > 0) || self.failed > 0 {
            return self;
        }
        Self { failed: 1, ..self }
    }
}

impl std::ops::Add for Counts {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; …`, once per test binary.
pub fn cargo(text: &str) -> Counts {
    text.lines()
        .filter(|line| line.starts_with("test result:"))
        .map(labelled)
        .fold(Counts::default(), std::ops::Add::add)
}

/// `      Tests  1 failed | 11 passed (12)`, once.
pub fn vitest(text: &str) -> Counts {
    text.lines()
        .map(str::trim_start)
        .rfind(|line| line.starts_with("Tests "))
        .map(labelled)
        .unwrap_or_default()
}

/// `ℹ pass 3`, `ℹ fail 0`, `ℹ cancelled 0` (or with `#`), once.
pub fn node(text: &str) -> Counts {
    let mut counts = Counts::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let (Some("ℹ" | "#"), Some(label), Some(number), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Ok(number) = number.parse::<u64>() else {
            continue;
        };
        match label {
            "pass" => counts.passed += number,
            "fail" | "cancelled" => counts.failed += number,
            _ => {}
        }
    }
    counts
}

/// The numbers that stand before the words `passed` and `failed`.
fn labelled(line: &str) -> Counts {
    let words: Vec<&str> = line.split_whitespace().collect();
    let before = |label: &str| {
        words
            .windows(2)
            .find(|pair| pair[1].trim_end_matches(';') == label)
            .and_then(|pair| pair[0].parse().ok())
            .unwrap_or(0)
    };
    Counts {
        passed: before("passed"),
        failed: before("failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed }
    }

    #[test]
    fn cargo_sums_every_binary() {
        let text = "running 2 tests\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(cargo(text), counts(15, 2));
    }

    #[test]
    fn vitest_counts_tests_not_files() {
        let text = " Test Files  2 passed (2)\n      Tests  1 failed | 11 passed (12)\n";
        assert_eq!(vitest(text), counts(11, 1));
        assert_eq!(
            vitest("      Tests  4 passed | 1 skipped (5)"),
            counts(4, 0)
        );
    }

    #[test]
    fn node_counts_a_cancelled_test_as_failed() {
        assert_eq!(
            node("ℹ tests 5\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\n"),
            counts(3, 2)
        );
        assert_eq!(
            node("# pass 2\n# fail 0\n# a comment 7 long\n"),
            counts(2, 0)
        );
    }

    #[test]
    fn an_exit_code_is_not_talked_away() {
        assert_eq!(
            cargo("error: could not compile").or_exit(false),
            counts(0, 1)
        );
        assert_eq!(
            counts(7, 0).or_exit(false),
            counts(7, 1),
            "a crash after the last test"
        );
        assert_eq!(counts(5, 2).or_exit(false), counts(5, 2));
        assert_eq!(counts(0, 0).or_exit(true), counts(0, 1), "no test ran");
        assert_eq!(counts(5, 0).or_exit(true), counts(5, 0));
    }
}
