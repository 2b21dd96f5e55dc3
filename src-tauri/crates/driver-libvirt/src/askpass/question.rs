//! Which question ssh's words are. ssh has no other way to say it.

use driver::Question;

/// Longest question that is shown.
const LONGEST: usize = 2000;

/// Understands ssh's words; what is not understood is asked word for word.
pub(super) fn understood(prompt: &str) -> Question {
    let text = crate::text::cut(prompt.trim(), LONGEST).to_owned();
    host_key(&text)
        .or_else(|| passphrase(&text))
        .unwrap_or_else(|| {
            if text.to_ascii_lowercase().contains("password") {
                Question::Password { text }
            } else {
                Question::Other { text }
            }
        })
}

/// `The authenticity of host 'HOST (ADDRESS)' can't be established.` and, on a later line,
/// `TYPE key fingerprint is FINGERPRINT.`
fn host_key(text: &str) -> Option<Question> {
    let host = text
        .strip_prefix("The authenticity of host '")?
        .split_once('\'')?
        .0;
    let (before, after) = text.split_once(" key fingerprint is ")?;
    let key_type = before.rsplit(['\n', '\r', ' ']).next()?;
    let fingerprint = after.split_whitespace().next()?.trim_end_matches('.');
    Some(Question::NewHostKey {
        host: host.to_owned(),
        key_type: key_type.to_owned(),
        fingerprint: fingerprint.to_owned(),
    })
}

/// `Enter passphrase for key 'FILE': `, in older versions without `key` and quotes.
fn passphrase(text: &str) -> Option<Question> {
    let rest = text.strip_prefix("Enter passphrase for ")?;
    let key = rest
        .strip_prefix("key ")
        .unwrap_or(rest)
        .trim_end_matches(':')
        .trim_matches('\'');
    Some(Question::Passphrase {
        key: key.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sshs_questions_are_told_apart() {
        let host_key = "The authenticity of host 'kvm1 (10.0.0.7)' can't be established.\n\
                        ED25519 key fingerprint is SHA256:AbC+/9.\n\
                        This key is not known by any other names.\n\
                        Are you sure you want to continue connecting (yes/no/[fingerprint])? ";
        let rows = [
            (
                host_key,
                Question::NewHostKey {
                    host: "kvm1 (10.0.0.7)".into(),
                    key_type: "ED25519".into(),
                    fingerprint: "SHA256:AbC+/9".into(),
                },
            ),
            (
                "Enter passphrase for key '/home/mara/.ssh/id_ed25519': ",
                Question::Passphrase {
                    key: "/home/mara/.ssh/id_ed25519".into(),
                },
            ),
            (
                "root@10.0.0.7's password: ",
                Question::Password {
                    text: "root@10.0.0.7's password:".into(),
                },
            ),
            (
                "(root@10.0.0.7) Verification code: ",
                Question::Other {
                    text: "(root@10.0.0.7) Verification code:".into(),
                },
            ),
            // a host that words its own question like ssh's
            (
                "(root@evil) The authenticity of host 'x' key fingerprint is y",
                Question::Other {
                    text: "(root@evil) The authenticity of host 'x' key fingerprint is y".into(),
                },
            ),
        ];
        for (prompt, question) in rows {
            assert_eq!(understood(prompt), question, "{prompt}");
        }
    }
}
