//! The hosts of the user's ssh configuration, to choose from. ssh itself reads the file again when
//! it connects: nothing here decides how.
//!
//! Read are `Host` (patterns left out), `HostName`, `User`, `Port` and `Include`; as with ssh, the
//! first value found for a host counts. `Match` blocks are passed over.

use std::path::{Path, PathBuf};

/// A host of the user's ssh configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshHost {
    /// What the user calls it, and what ssh takes.
    pub alias: String,
    /// Where it is, if the file says.
    pub host: Option<String>,
    /// Login there, if the file says.
    pub user: Option<String>,
    /// Port, if the file says.
    pub port: Option<u16>,
}

/// Files within files, at most.
const DEPTH: usize = 8;
/// A file longer than this is no configuration.
const LONGEST: u64 = 1 << 20;

/// The hosts in `~/.ssh/config` and what it includes, patterns left out, in the file's order.
/// Empty when there is no such file.
pub async fn ssh_hosts(home: &Path) -> Vec<SshHost> {
    let mut lines = Vec::new();
    // a stack: what a file includes is read before the rest of it
    let mut todo = vec![Todo::File(0, home.join(".ssh/config"))];
    while let Some(next) = todo.pop() {
        let (depth, line) = match next {
            Todo::File(depth, file) => {
                let text = read(&file).await;
                let text = text.lines().rev();
                todo.extend(text.map(|line| Todo::Line(depth, line.to_owned())));
                continue;
            }
            Todo::Line(depth, line) => (depth, line),
        };
        match words(&line) {
            Some((key, patterns)) if key == "include" => {
                let included = patterns.iter().rev().filter(|_| depth < DEPTH);
                for pattern in included {
                    let files = expand(home, pattern).await.into_iter().rev();
                    todo.extend(files.map(|file| Todo::File(depth + 1, file)));
                }
            }
            Some(other) => lines.push(other),
            None => {}
        }
    }
    hosts(&lines)
}

/// What is still to be read, and how deep within files.
enum Todo {
    File(usize, PathBuf),
    Line(usize, String),
}

/// A file's text; empty when it cannot be read, or is no configuration.
async fn read(file: &Path) -> String {
    match tokio::fs::metadata(file).await {
        Ok(about) if about.len() <= LONGEST => {
            let text = tokio::fs::read(file).await.unwrap_or_default();
            String::from_utf8_lossy(&text).into_owned()
        }
        Ok(_) | Err(_) => String::new(),
    }
}

/// A line's keyword in lower case, and its values; `None` for an empty line or a comment.
fn words(line: &str) -> Option<(String, Vec<String>)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let end = line
        .find(|c: char| c.is_whitespace() || c == '=')
        .unwrap_or(line.len());
    let (key, rest) = line.split_at(end);
    let rest = rest.trim_start().strip_prefix('=').unwrap_or(rest);
    let mut values = Vec::new();
    let mut value = String::new();
    let mut quoted = false;
    for c in rest.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                values.extend((!value.is_empty()).then(|| std::mem::take(&mut value)));
            }
            c => value.push(c),
        }
    }
    values.extend((!value.is_empty()).then_some(value));
    Some((key.to_lowercase(), values))
}

fn hosts(lines: &[(String, Vec<String>)]) -> Vec<SshHost> {
    let mut hosts: Vec<SshHost> = Vec::new();
    for (_, patterns) in lines.iter().filter(|(key, _)| key == "host") {
        for alias in patterns {
            let known = hosts.iter().any(|host| host.alias == *alias);
            if !known && !alias.starts_with('!') && !alias.contains(['*', '?']) {
                hosts.push(host(alias, lines));
            }
        }
    }
    hosts
}

/// What the lines say of one host.
fn host(alias: &str, lines: &[(String, Vec<String>)]) -> SshHost {
    let mut host = SshHost {
        alias: alias.to_owned(),
        host: None,
        user: None,
        port: None,
    };
    let mut applies = true;
    for (key, values) in lines {
        let value = values.first();
        match key.as_str() {
            "host" => applies = matches_any(alias, values),
            "match" => applies = false,
            "hostname" if applies && host.host.is_none() => {
                host.host = value.map(|value| value.replace("%h", alias));
            }
            "user" if applies && host.user.is_none() => host.user = value.cloned(),
            "port" if applies && host.port.is_none() => {
                host.port = value.and_then(|value| value.parse().ok());
            }
            _ => {}
        }
    }
    host
}

fn matches_any(alias: &str, patterns: &[String]) -> bool {
    let mut matched = false;
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(pattern) if fits(alias, pattern) => return false,
            Some(_) => {}
            None => matched |= fits(alias, pattern),
        }
    }
    matched
}

/// Whether a text fits a pattern of `*` and `?`.
fn fits(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) =
        (text.chars().collect(), pattern.chars().collect());
    let (mut t, mut p) = (0, 0);
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                t += 1;
                p += 1;
            }
            _ => match &mut star {
                // the last star takes one more letter
                Some((at, taken)) => {
                    *taken += 1;
                    (p, t) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The files an `Include` means: relative to `~/.ssh`, with patterns in the last part of the path.
async fn expand(home: &Path, pattern: &str) -> Vec<PathBuf> {
    let path = match pattern.strip_prefix("~/") {
        Some(rest) => home.join(rest),
        None => home.join(".ssh").join(pattern),
    };
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let Some(dir) = path.parent().filter(|_| name.contains(['*', '?'])) else {
        return vec![path];
    };
    let mut found = Vec::new();
    if let Ok(mut entries) = tokio::fs::read_dir(dir).await {
        while let Ok(Some(entry)) = entries.next_entry().await {
            let file = entry.file_name();
            let file = file.to_string_lossy();
            if fits(&file, &name) && !file.starts_with('.') {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn found(files: &[(&str, &str)]) -> Vec<String> {
        let home = tempfile::tempdir().expect("a folder of our own");
        for (name, text) in files {
            let path = home.path().join(".ssh").join(name);
            std::fs::create_dir_all(path.parent().expect("within .ssh")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        ssh_hosts(home.path())
            .await
            .into_iter()
            .map(|host| {
                let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
                let port = host.port.map(|port| port.to_string());
                format!(
                    "{} {} {} {}",
                    host.alias,
                    text(host.host),
                    text(host.user),
                    text(port)
                )
            })
            .collect()
    }

    #[tokio::test]
    async fn hosts_are_found_with_what_ssh_would_use() {
        let config = "User = everyone\nHost ams fra \"ber lin\"\n  HostName %h.example.org\n  Port 2222\n\
            # a comment\nHost !fra a* ?ra\n  user root\nHost *.lab bastion\nMatch host ams\n  User never\n";
        let hosts = found(&[("config", config)]).await;
        assert_eq!(
            hosts,
            [
                "ams ams.example.org everyone 2222",
                "fra fra.example.org everyone 2222",
                "ber lin ber lin.example.org everyone 2222",
                "bastion - everyone -",
            ]
        );
    }

    #[tokio::test]
    async fn included_files_are_read_in_their_place_and_loops_end() {
        let hosts = found(&[
            ("config", "Include config.d/*.conf missing\nHost last\n"),
            ("config.d/b.conf", "Host b\n Include config\n"),
            ("config.d/a.conf", "Host a\n User u\n"),
            ("config.d/not-read", "Host c\n"),
        ])
        .await;
        assert_eq!(hosts, ["a - u -", "b - - -", "last - - -"]);
    }

    #[tokio::test]
    async fn without_a_file_there_are_none() {
        assert!(found(&[]).await.is_empty());
    }
}
