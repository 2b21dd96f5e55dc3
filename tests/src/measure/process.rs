//! Memory and CPU of a process with all its descendants, from /proc: a web view is several processes.
//!
//! Invariant: a descendant that ends while it is being read counts as nothing; the root's end is an error.

use std::{collections::HashMap, fs, io, time::Duration};

use tokio::time::{Instant, sleep};

/// Linux's USER_HZ, the unit of times in /proc, which is 100 on every architecture that Tauri runs on.
const TICKS_PER_SECOND: u64 = 100;

/// `root` and all its descendants, parents before children.
///
/// # Errors
/// When there is no process `root`, or no /proc.
pub fn tree(root: u32) -> io::Result<Vec<u32>> {
    fs::metadata(format!("/proc/{root}"))?;
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(stat) = Stat::read(pid) {
            children.entry(stat.parent).or_default().push(pid);
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while let Some(pid) = found.get(next).copied() {
        found.extend(children.get(&pid).into_iter().flatten());
        next += 1;
    }
    Ok(found)
}

/// Proportional set size of the tree in bytes: memory shared with others counts by its share.
///
/// # Errors
/// As [`tree`]; also when the root's memory may not be read.
pub fn pss_bytes(root: u32) -> io::Result<u64> {
    let mut total = pss_of(root)?;
    for pid in tree(root)?.into_iter().skip(1) {
        total += pss_of(pid).unwrap_or(0);
    }
    Ok(total)
}

/// CPU time, user and system, that the tree has used, with that of children it has waited for.
///
/// # Errors
/// As [`tree`].
pub fn cpu_time(root: u32) -> io::Result<Duration> {
    let ticks: u64 = tree(root)?
        .into_iter()
        .filter_map(Stat::read)
        .map(|stat| stat.ticks)
        .sum();
    Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

/// CPU of the tree over `period`, in percent of one core.
///
/// # Errors
/// As [`tree`]; so a process that dies within the period is an error.
pub async fn cpu_percent(root: u32, period: Duration) -> io::Result<f64> {
    let (start, before) = (Instant::now(), cpu_time(root)?);
    sleep(period).await;
    // a child that ended unwaited takes its time with it
    let used = cpu_time(root)?.saturating_sub(before);
    Ok(used.as_secs_f64() / start.elapsed().as_secs_f64() * 100.0)
}

fn pss_of(pid: u32) -> io::Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    parse_pss(&rollup).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

fn parse_pss(rollup: &str) -> Option<u64> {
    let kib = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kib: u64 = kib.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    ticks: u64,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// `pid (name) state ppid …`: the name may hold anything, brackets too.
    fn parse(stat: &str) -> Option<Self> {
        let fields: Vec<&str> = stat
            .get(stat.rfind(')')? + 1..)?
            .split_whitespace()
            .collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
        // counted from the state: utime, stime, cutime, cstime
        let ticks = number(11)? + number(12)? + number(13)? + number(14)?;
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            ticks,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::process::{Child, Command, Stdio};

    #[test]
    fn stat_is_read_past_a_name_with_brackets_and_spaces() {
        let line = "42 (a) b) (c) S 7 42 42 0 -1 4194560 100 0 0 0 11 22 33 44 20 0 1 0 9 9 9";
        assert_eq!(
            Stat::parse(line),
            Some(Stat {
                parent: 7,
                ticks: 110
            })
        );
        assert_eq!(Stat::parse("42 (cut"), None);
    }

    #[test]
    fn pss_is_read_from_a_rollup() {
        let rollup = "55d8-7ffc ---p 0 00:00 0 [rollup]\nRss:     2000 kB\nPss:     1234 kB\nPss_Dirty:  5 kB\n";
        assert_eq!(parse_pss(rollup), Some(1234 * 1024));
        assert_eq!(parse_pss("Rss: 1 kB\n"), None);
    }

    struct Killed(Child);
    impl Drop for Killed {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn shell(script: &str) -> Killed {
        let child = Command::new("sh")
            .args(["-c", script])
            .stdout(Stdio::piped())
            .stdin(Stdio::piped())
            .spawn();
        Killed(child.expect("every Unix has sh"))
    }

    /// Until the script has written a line.
    fn wait_for_line(shell: &mut Killed) {
        use std::io::{BufRead, BufReader};
        let stdout = shell.0.stdout.as_mut().expect("stdout is piped");
        BufReader::new(stdout)
            .read_line(&mut String::new())
            .expect("the script writes a line");
    }

    #[test]
    fn grandchildren_belong_to_the_tree_and_add_to_its_memory() {
        let mut shell = shell("sh -c 'cat; true'; true");
        // what cat sends back proves that it is there
        let stdin = shell.0.stdin.as_mut().expect("stdin is piped");
        stdin.write_all(b"ready\n").expect("cat will read it");
        wait_for_line(&mut shell);
        let root = shell.0.id();
        let tree = tree(root).expect("it runs");
        assert_eq!((tree.len(), tree[0]), (3, root), "sh, sh, cat: {tree:?}");
        assert!(pss_bytes(root).expect("ours") > pss_of(root).expect("ours"));
    }

    #[test]
    fn cpu_of_a_child_that_has_ended_still_counts() {
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        let mut shell = shell(&format!("(sh -c '{busy}'); echo done; read line"));
        wait_for_line(&mut shell);
        let used = cpu_time(shell.0.id()).expect("it runs");
        assert!(
            used >= Duration::from_millis(20),
            "{used:?} for 200,000 rounds"
        );
    }

    #[test]
    fn a_root_that_is_not_there_is_an_error() {
        let gone = {
            let mut child = Command::new("true").spawn().expect("every Unix has true");
            child.wait().expect("it ends");
            child.id()
        };
        assert!(tree(gone).is_err());
    }
}
