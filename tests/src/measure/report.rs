//! Results beside their references, as Markdown for people and JSON for machines.

use std::fmt;

use serde_json::{Value, json};

use super::percentile::median;

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Time.
    Milliseconds,
    /// RPC calls.
    Calls,
    /// Memory.
    Mebibytes,
    /// Throughput.
    MebibytesPerSecond,
    /// CPU.
    PercentOfCore,
    /// A rate.
    PerMinute,
    /// Pictures that the screen shows one after another.
    Frames,
}

impl Unit {
    fn symbol(self) -> &'static str {
        match self {
            Self::Milliseconds => "ms",
            Self::Calls => "calls",
            Self::Mebibytes => "MiB",
            Self::MebibytesPerSecond => "MiB/s",
            Self::PercentOfCore => "% of a core",
            Self::PerMinute => "/min",
            Self::Frames => "frames",
        }
    }
}

/// What the figure is compared with, from the same run.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// What was measured.
    pub name: String,
    /// Its figure, in the row's unit.
    pub value: f64,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// The figure itself, no more than this.
    AtMost(f64),
    /// The figure, no more than this above the reference.
    AboveReferenceAtMost(f64),
    /// The figure divided by the reference, no more than this.
    RatioAtMost(f64),
    /// The figure divided by the reference, no less than this.
    RatioAtLeast(f64),
    /// Nothing: it stands beside another row.
    Told,
}

/// One line of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The bench, as `--only` names it.
    pub bench: &'static str,
    /// What was measured.
    pub what: String,
    /// The figure.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
    /// What it is compared with; a target that needs one is not reached without it.
    pub reference: Option<Reference>,
    /// What is to be reached.
    pub target: Target,
}

impl Measured {
    /// The figure divided by the reference's.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let reference = self.reference.as_ref()?.value;
        (reference != 0.0).then(|| self.value / reference)
    }

    /// Whether the target is reached.
    #[must_use]
    pub fn reached(&self) -> bool {
        match self.target {
            Target::AtMost(most) => self.value <= most,
            Target::AboveReferenceAtMost(most) => self
                .reference
                .as_ref()
                .is_some_and(|reference| self.value - reference.value <= most),
            Target::RatioAtMost(most) => self.ratio().is_some_and(|ratio| ratio <= most),
            Target::RatioAtLeast(least) => self.ratio().is_some_and(|ratio| ratio >= least),
            Target::Told => true,
        }
    }

    fn target_text(&self) -> String {
        match self.target {
            Target::AtMost(most) => format!("≤ {} {}", Figure(most), self.unit.symbol()),
            Target::AboveReferenceAtMost(most) => {
                format!("≤ reference + {} {}", Figure(most), self.unit.symbol())
            }
            Target::RatioAtMost(most) => format!("≤ {most} × reference"),
            Target::RatioAtLeast(least) => format!("≥ {least} × reference"),
            Target::Told => "–".to_owned(),
        }
    }

    fn json(&self) -> Value {
        json!({
            "bench": self.bench,
            "what": self.what,
            "value": self.value,
            "unit": self.unit.symbol(),
            "reference": self.reference.as_ref().map(|r| json!({"name": r.name, "value": r.value})),
            "ratio": self.ratio(),
            "target": self.target_text(),
            "reached": self.reached(),
        })
    }
}

/// The rows as a Markdown table.
#[must_use]
pub fn markdown(rows: &[Measured]) -> String {
    let mut table = String::from(
        "| bench | measured | figure | reference | ratio | target | reached |\n|---|---|---:|---|---:|---|---|\n",
    );
    for row in rows {
        let reference = row.reference.as_ref().map_or("–".to_owned(), |reference| {
            format!(
                "{}: {} {}",
                cell(&reference.name),
                Figure(reference.value),
                row.unit.symbol()
            )
        });
        let ratio = row
            .ratio()
            .map_or("–".to_owned(), |ratio| format!("{ratio:.3}"));
        table.push_str(&format!(
            "| {} | {} | {} {} | {reference} | {ratio} | {} | {} |\n",
            row.bench,
            cell(&row.what),
            Figure(row.value),
            row.unit.symbol(),
            row.target_text(),
            match row.target {
                Target::Told => "–",
                _ if row.reached() => "yes",
                _ => "**no**",
            },
        ));
    }
    table
}

/// The rows as one JSON document.
#[must_use]
pub fn json_document(rows: &[Measured]) -> Value {
    json!({"measured": rows.iter().map(Measured::json).collect::<Vec<_>>()})
}

/// The median as the figure to report.
///
/// # Errors
/// When there are no samples.
pub fn median_of(what: &str, samples: &[f64]) -> anyhow::Result<f64> {
    median(samples).ok_or_else(|| anyhow::anyhow!("{what}: nothing was measured"))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// As many digits as say something.
struct Figure(f64);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.0.fract() == 0.0 || self.0.abs() >= 100.0 {
            0
        } else {
            2
        };
        write!(f, "{:.digits$}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: f64, reference: Option<f64>, target: Target) -> Measured {
        let reference = reference.map(|value| Reference {
            name: "virsh list --all".into(),
            value,
        });
        Measured {
            bench: "list",
            what: "1,000 VMs".into(),
            value,
            unit: Unit::Milliseconds,
            reference,
            target,
        }
    }

    #[test]
    fn targets_are_judged_at_their_border() {
        let cases = [
            (row(1500.0, None, Target::AtMost(1500.0)), true),
            (row(1500.1, None, Target::AtMost(1500.0)), false),
            (
                row(306.0, Some(286.0), Target::AboveReferenceAtMost(20.0)),
                true,
            ),
            (
                row(306.1, Some(286.0), Target::AboveReferenceAtMost(20.0)),
                false,
            ),
            (row(115.0, Some(100.0), Target::RatioAtMost(1.15)), true),
            (row(116.0, Some(100.0), Target::RatioAtMost(1.15)), false),
            (row(99.0, Some(100.0), Target::RatioAtLeast(0.99)), true),
            (row(98.0, Some(100.0), Target::RatioAtLeast(0.99)), false),
            (row(1.0, None, Target::RatioAtMost(2.0)), false),
            (row(1e9, None, Target::Told), true),
            (row(1.0, Some(0.0), Target::RatioAtMost(2.0)), false),
        ];
        for (row, reached) in cases {
            assert_eq!(row.reached(), reached, "{row:?}");
        }
    }

    #[test]
    fn the_table_shows_figure_reference_ratio_and_verdict() {
        let rows = [
            row(1234.5, Some(53_000.0), Target::AtMost(1500.0)),
            row(7.25, None, Target::AtMost(1.0)),
        ];
        let table = markdown(&rows);
        let lines: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| list | 1,000 VMs | 1234 ms | virsh list --all: 53000 ms | 0.023 | ≤ 1500 ms | yes |",
                "| list | 1,000 VMs | 7.25 ms | – | – | ≤ 1 ms | **no** |",
            ]
        );
        let json = json_document(&rows);
        assert_eq!(json["measured"][0]["reference"]["value"], 53_000.0);
        assert_eq!(json["measured"][1]["reached"], false);
    }
}
