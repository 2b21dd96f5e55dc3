//! When things were painted, for benchmarks: `INNKEEPER_TRACE_TIMING=1` writes it to stderr.

use std::time::{SystemTime, UNIX_EPOCH};

use api::command::Painted;

/// Whether timings are traced.
pub fn is_traced() -> bool {
    std::env::var_os("INNKEEPER_TRACE_TIMING").is_some_and(|value| value == "1")
}

/// Microseconds since 1970.
pub fn now_unix_us() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
        })
}

/// Writes when a step of the start was reached.
pub fn mark(step: &str, started: u64) {
    if is_traced() {
        let ms = now_unix_us().saturating_sub(started) / 1000;
        eprintln!("timing {step}_ms={ms}");
    }
}

/// Writes what the page says it has painted. `started` is when this process began.
pub fn trace(painted: &Painted, started: u64) {
    if !is_traced() {
        return;
    }
    if painted.ids.is_empty() {
        let ms = painted.at_unix_us.saturating_sub(started) / 1000;
        eprintln!("timing painted_ms={ms}");
    }
    for id in &painted.ids {
        eprintln!(
            "timing row_painted id={id} at_unix_us={}",
            painted.at_unix_us
        );
    }
}
