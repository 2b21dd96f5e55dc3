//! Percentiles of small samples.

/// The smallest sample that at least `percent` of all samples do not exceed (the nearest rank); none of none.
///
/// # Panics
/// When `percent` is not within 0 to 100, or a sample is not a number.
#[must_use]
pub fn percentile(samples: &[f64], percent: f64) -> Option<f64> {
    assert!((0.0..=100.0).contains(&percent), "{percent} % of what?");
    let mut sorted = samples.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).expect("samples are numbers"));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "ranks are small and not negative"
    )]
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// The middle sample (the lower of the two middle ones of an even number).
#[must_use]
pub fn median(samples: &[f64]) -> Option<f64> {
    percentile(samples, 50.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rank_is_a_sample_that_was_taken() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let cases: &[(&[f64], f64, Option<f64>)] = &[
            (&hundred, 95.0, Some(95.0)),
            (&hundred, 0.0, Some(1.0)),
            (&hundred, 100.0, Some(100.0)),
            (&[15.0, 20.0, 35.0, 40.0, 50.0], 40.0, Some(20.0)),
            (&[15.0, 20.0, 35.0, 40.0, 50.0], 41.0, Some(35.0)),
            (&[7.0], 95.0, Some(7.0)),
            (&[], 95.0, None),
        ];
        for (samples, percent, expected) in cases {
            assert_eq!(
                percentile(samples, *percent),
                *expected,
                "{percent} % of {samples:?}"
            );
        }
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.0));
    }
}
