//! The login over a stand-in for ssh: questions, their answers, and what the host's words mean.
//!
//! The stand-in takes the options that ssh takes, asks through `SSH_ASKPASS` like ssh, and runs the
//! remote command here. This program is its own askpass, so it has a `main` of its own.
#![cfg_attr(not(unix), allow(unused))]

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    if let Some(code) = driver_libvirt::askpass_main_if_requested() {
        return code;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(unix::all());
    std::process::ExitCode::SUCCESS
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use async_trait::async_trait;
    use driver::{
        Answer, ConnectContext, ConnectTarget, DriverError, Outcome, Prompter, Question, Secret,
        Step, StepKind, VmDriver,
    };
    use driver_libvirt::LibvirtDriver;
    use model::{ConnectionId, ConnectionSettings, ErrorCode};
    use tokio_util::sync::CancellationToken;

    /// Asks for a host key and a password, then runs what it is told to. Says where it was.
    const STAND_IN: &str = r#"#!/bin/sh
here=$(dirname "$0")
kind=channel; for a; do [ "$a" = -N ] && kind=login; [ "$a" = -G ] && kind=plan; last=$a; done
echo "$kind" >> "$here/log"
case $kind in
plan) echo "hostname 127.0.0.1"; echo "port $(cat "$here/port")"; echo "user mara"; exit 0;;
login)
  key=$("$SSH_ASKPASS" "The authenticity of host 'h (127.0.0.1)' can't be established.
ED25519 key fingerprint is SHA256:abc.
Are you sure you want to continue connecting (yes/no/[fingerprint])? ") || key=no
  if [ "$key" != yes ]; then echo "Host key verification failed." >&2; exit 255; fi
  typed=$("$SSH_ASKPASS" "mara@h's password: ")
  if [ "$typed" != "open sesame" ]; then echo "mara@h: Permission denied (password)." >&2; exit 255; fi
  echo innkeeper-ready; echo $$ > "$here/pid"; exec sleep 600;;
channel)
  case "$*" in
  *PreferredAuthentications=none*) echo "No ED25519 host key is known for h and you have requested strict checking.
Host key verification failed." >&2; exit 255;;
  esac
  PATH=$here/bin exec /bin/sh -c "$last";;
esac
"#;

    struct Host {
        folder: tempfile::TempDir,
        driver: LibvirtDriver,
        _port: std::net::TcpListener,
    }

    fn host() -> Host {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("ssh");
        std::fs::write(&program, STAND_IN).expect("a file");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("ours");
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).expect("a folder");
        for name in ["sh", "id", "grep"] {
            let found = ["/bin", "/usr/bin"].map(|d| Path::new(d).join(name));
            let found = found
                .iter()
                .find(|p| p.exists())
                .expect("every unix has it");
            std::os::unix::fs::symlink(found, bin.join(name)).expect("a link");
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let number = port.local_addr().expect("it listens").port();
        std::fs::write(folder.path().join("port"), number.to_string()).expect("a file");
        let greets = port.try_clone().expect("a descriptor");
        std::thread::spawn(move || {
            while let Ok((mut stream, _)) = greets.accept() {
                let _ = std::io::Write::write_all(&mut stream, b"SSH-2.0-stand-in\r\n");
            }
        });
        let driver = LibvirtDriver::new().with_ssh(program, None);
        Host {
            folder,
            driver,
            _port: port,
        }
    }

    /// Answers with what it was given, in order, and keeps the questions.
    #[derive(Default)]
    struct Person {
        answers: Mutex<Vec<Option<Answer>>>,
        asked: Mutex<Vec<Question>>,
    }

    impl Person {
        fn who_says(answers: &[Option<Answer>]) -> Arc<Self> {
            let mut answers = answers.to_vec();
            answers.reverse();
            Arc::new(Self {
                answers: Mutex::new(answers),
                ..Self::default()
            })
        }

        fn asked(&self) -> Vec<Question> {
            self.asked.lock().expect("no panic").clone()
        }
    }

    #[async_trait]
    impl Prompter for Person {
        async fn ask(&self, question: Question) -> Option<Answer> {
            self.asked.lock().expect("no panic").push(question);
            self.answers.lock().expect("no panic").pop().flatten()
        }
    }

    fn typed(text: &str) -> Option<Answer> {
        Some(Answer::Text(Secret::new(text)))
    }

    fn context(person: &Arc<Person>) -> ConnectContext {
        ConnectContext {
            prompter: Arc::clone(person) as Arc<dyn Prompter>,
            cancel: CancellationToken::new(),
            deadline: Duration::from_secs(60),
        }
    }

    fn target() -> ConnectTarget {
        let settings = ConnectionSettings::new(
            "h",
            "qemu+ssh://mara@h/system?socket=/nonexistent/libvirt-sock",
        );
        ConnectTarget {
            id: ConnectionId::from_uuid(uuid::Uuid::new_v4()),
            settings,
        }
    }

    async fn refused(host: &Host, person: &Arc<Person>) -> DriverError {
        let connected = host.driver.connect(&target(), &context(person)).await;
        connected
            .err()
            .expect("there is no libvirt behind the stand-in")
    }

    pub(super) async fn all() {
        questions_reach_the_person_and_answers_reach_ssh().await;
        a_wrong_password_and_a_closed_question_are_told_apart().await;
        a_cancelled_question_ends_the_attempt().await;
        the_doctor_walks_as_far_as_it_gets().await;
        println!("4 tests of the login passed");
    }

    async fn questions_reach_the_person_and_answers_reach_ssh() {
        let host = host();
        let person = Person::who_says(&[Some(Answer::TrustHostKey), typed("open sesame")]);
        let error = refused(&host, &person).await;
        // the login went well: what fails is the script on the host
        assert_eq!(error.code, ErrorCode::DaemonNotRunning, "{error:?}");
        assert_eq!(
            person.asked(),
            [
                Question::NewHostKey {
                    host: "h (127.0.0.1)".into(),
                    key_type: "ED25519".into(),
                    fingerprint: "SHA256:abc".into(),
                },
                Question::Password {
                    text: "mara@h's password:".into()
                },
            ]
        );
        let pid = std::fs::read_to_string(host.folder.path().join("pid")).expect("it logged in");
        gone(pid.trim()).await;
    }

    async fn a_wrong_password_and_a_closed_question_are_told_apart() {
        let host = host();
        let wrong = Person::who_says(&[Some(Answer::TrustHostKey), typed("melon")]);
        assert_eq!(refused(&host, &wrong).await.code, ErrorCode::AuthFailed);
        let closed = Person::who_says(&[Some(Answer::TrustHostKey), None]);
        assert_eq!(refused(&host, &closed).await.code, ErrorCode::AuthCancelled);
        let distrust = Person::who_says(&[None]);
        assert_eq!(
            refused(&host, &distrust).await.code,
            ErrorCode::AuthCancelled
        );
        assert_eq!(
            distrust.asked().len(),
            1,
            "no password for a host that is not trusted"
        );
    }

    /// Never answers.
    struct Absent(tokio::sync::Notify);

    #[async_trait]
    impl Prompter for Absent {
        async fn ask(&self, _: Question) -> Option<Answer> {
            self.0.notify_one();
            std::future::pending().await
        }
    }

    async fn a_cancelled_question_ends_the_attempt() {
        let host = host();
        let absent = Arc::new(Absent(tokio::sync::Notify::new()));
        let cancel = CancellationToken::new();
        let context = ConnectContext {
            prompter: Arc::clone(&absent) as Arc<dyn Prompter>,
            cancel: cancel.clone(),
            deadline: Duration::from_secs(60),
        };
        let target = target();
        let (connected, ()) = tokio::join!(host.driver.connect(&target, &context), async {
            absent.0.notified().await;
            cancel.cancel();
        });
        let error = connected.err().expect("it was cancelled");
        assert_eq!(error.code, ErrorCode::Cancelled);
    }

    async fn the_doctor_walks_as_far_as_it_gets() {
        let host = host();
        let person = Person::who_says(&[Some(Answer::TrustHostKey), typed("open sesame")]);
        let mut ended = Vec::new();
        let mut sink = |step: Step| {
            if step.outcome != Outcome::Running {
                ended.push(step);
            }
        };
        host.driver
            .diagnose(&target(), &context(&person), &mut sink)
            .await;
        let outcomes: Vec<(StepKind, &str)> = ended
            .iter()
            .map(|step| {
                let word = match &step.outcome {
                    Outcome::Running => "running",
                    Outcome::Passed { .. } => "passed",
                    Outcome::Failed { .. } => "failed",
                    Outcome::NotReached => "not reached",
                };
                (step.kind, word)
            })
            .collect();
        assert_eq!(
            outcomes,
            [
                (StepKind::Address, "passed"),
                (StepKind::NameResolves, "passed"),
                (StepKind::PortAnswers, "passed"),
                (StepKind::HostKeyKnown, "passed"),
                (StepKind::LoginWorks, "passed"),
                (StepKind::HelperFound, "failed"),
                (StepKind::LibvirtAnswers, "not reached"),
                (StepKind::VersionAndHypervisor, "not reached"),
                (StepKind::Permissions, "not reached"),
            ],
            "{ended:#?}"
        );
        let log = std::fs::read_to_string(host.folder.path().join("log")).expect("it was run");
        assert_eq!(
            log.matches("login").count(),
            1,
            "one login serves the whole round: {log}"
        );
    }

    /// Waits until the process is no more.
    async fn gone(pid: &str) {
        let alive = || Path::new("/proc").join(pid).exists();
        let ended = async {
            while alive() {
                tokio::task::yield_now().await;
            }
        };
        if Path::new("/proc/self").exists() {
            let in_time = tokio::time::timeout(Duration::from_secs(30), ended).await;
            assert!(in_time.is_ok(), "the login {pid} outlives its last user");
        }
    }
}
