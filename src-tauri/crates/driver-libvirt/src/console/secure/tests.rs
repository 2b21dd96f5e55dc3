//! What the page sees of hosts that demand something, and what users are told of those that cannot be
//! trusted, or misbehave.

mod chance;

use driver::{DriverError, Pipe};
use model::ErrorCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::testing::{Asks, Authority, Server, home, host, way};
use super::trust::Places;
use super::{Greeted, enter, greet, plain, spice};

async fn hears(pipe: &mut (impl AsyncReadExt + Unpin), expected: &[u8]) {
    let mut heard = vec![0; expected.len()];
    pipe.read_exact(&mut heard).await.expect("it says more");
    assert_eq!(heard, expected);
}

/// A page that chooses the one type that is offered. As noVNC does it looks at nothing that comes
/// together with the version.
async fn page_chooses(pipe: &mut Pipe, security: u8) {
    let mut said = [0; 64];
    let count = pipe.read(&mut said).await.expect("it says its version");
    assert_eq!(&said[..count], b"RFB 003.008\n");
    pipe.write_all(b"RFB 003.008\n").await.expect("taken");
    hears(pipe, &[1, security]).await;
    pipe.write_all(&[security]).await.expect("taken");
}

/// What is opened, by a user with these certificates, of a host that is `kvm1.example`.
async fn open(server: Pipe, places: &Places) -> Result<Pipe, DriverError> {
    let host = host(&["kvm1.example", "kvm1"]);
    match greet(server, &host).await? {
        Greeted::Plain(pipe) => Ok(pipe),
        Greeted::Secured(demands) => plain(demands, places, &host).await,
    }
}

#[tokio::test]
async fn what_a_page_can_do_itself_goes_through() {
    let (_home, places) = home();
    for (offered, left) in [
        (&[2][..], &[2][..]),
        (&[19, 2, 16], &[2, 16]),
        // it says next why it lets nobody in
        (&[], &[]),
    ] {
        let (client, mut server) = way();
        let host = tokio::spawn(async move {
            server.offers(offered).await;
            server
        });
        let mut page = open(client, &places).await.expect("nothing is demanded");
        hears(&mut page, b"RFB 003.008\n").await;
        page.write_all(b"RFB 003.008\n\x02").await.expect("taken");
        page.flush().await.expect("taken");
        let count = u8::try_from(left.len()).expect("few");
        hears(&mut page, &[&[count], left].concat()).await;
        let mut server = host.await.expect("the host's part");
        server.says(b"after").await;
        hears(&mut page, b"after").await;
        page.write_all(b"more").await.expect("taken");
        server.hears(b"more").await;
    }
}

#[tokio::test]
async fn a_host_that_demands_nothing_is_answered_before_the_page_has_come() {
    let (_home, places) = home();
    let (client, mut server) = way();
    let host = tokio::spawn(async move {
        assert_eq!(server.offers(&[2, 1]).await, 1, "none is chosen");
        server.hears(&[1]).await;
        server.says(b"\0\0\0\0screen").await;
        server
    });
    let mut page = open(client, &places).await.expect("nothing is demanded");
    let mut server = host.await.expect("the host's part");
    page_chooses(&mut page, 1).await;
    hears(&mut page, b"\0\0\0\0").await;
    // whether it wants to be alone with the screen was said already
    page.write_all(b"\0").await.expect("taken");
    hears(&mut page, b"screen").await;
    page.write_all(b"more").await.expect("taken");
    page.flush().await.expect("taken");
    server.hears(b"more").await;
}

#[tokio::test]
async fn tls_with_certificates_is_none_a_password_or_a_name_to_the_page() {
    let (folder, places) = home();
    let authority = Authority::new();
    authority.trusted_in(folder.path());
    for (subtype, security) in [(260, 1), (261, 2), (262, 19)] {
        for name in ["kvm1.example", "kvm1"] {
            let tls = authority.server(name, Asks::Nothing);
            let (client, mut server) = way();
            let host = tokio::spawn(async move {
                // anonymous TLS may be offered too: it is not chosen
                assert_eq!(server.offers_vencrypt(&[257, subtype]).await, subtype);
                let mut inside = server.begins_tls(&tls).await.expect("TLS");
                if subtype != 262 {
                    inside.write_all(b"verdict").await.expect("heard");
                }
                let mut heard = [0; 5];
                inside.read_exact(&mut heard).await.expect("said");
                assert_eq!(&heard, b"login");
                inside.write_all(b"picture").await.expect("heard");
                // gone without TLS's goodbye, as QEMU does
                drop(inside.into_inner());
            });
            let mut page = open(client, &places).await.expect("it is trusted");
            page_chooses(&mut page, security).await;
            if subtype == 262 {
                hears(&mut page, &[0, 2]).await;
                page.write_all(&[0, 2]).await.expect("taken");
                hears(&mut page, &[0, 1, 0, 0, 1, 0]).await;
                page.write_all(&[0, 0, 1, 0]).await.expect("taken");
            } else {
                hears(&mut page, b"verdict").await;
            }
            page.write_all(b"login").await.expect("taken");
            page.flush().await.expect("taken");
            hears(&mut page, b"picture").await;
            assert_eq!(page.read(&mut [0]).await.expect("an end, no error"), 0);
            host.await.expect("the host's part");
        }
    }
}

/// What users are told of a host whose certificate is this.
async fn told(places: &Places, tls: tokio_rustls::TlsAcceptor) -> DriverError {
    let (client, mut server) = way();
    let host = tokio::spawn(async move {
        server.offers_vencrypt(&[260]).await;
        if let Some(mut inside) = server.begins_tls(&tls).await {
            inside.write_all(&[0; 4]).await.expect("heard");
        }
    });
    let error = open(client, places)
        .await
        .err()
        .expect("nobody is to trust it");
    host.await.expect("the host's part");
    error
}

#[tokio::test]
async fn a_certificate_that_proves_nothing_ends_it() {
    let authority = Authority::new();
    let (folder, places) = home();

    let error = told(&places, authority.server("kvm1.example", Asks::Nothing)).await;
    assert_eq!(error.code, ErrorCode::Unsupported);
    assert!(
        error.message.contains("no certificate authority"),
        "{error}"
    );
    let hint = error.hint.expect("where to put it");
    assert!(hint.contains(".pki/CA/cacert.pem"), "{hint}");

    authority.trusted_in(folder.path());
    let error = told(&places, authority.server("kvm2.example", Asks::Nothing)).await;
    assert!(error.message.contains("another host’s"), "{error}");
    assert!(error.hint.expect("which").contains("kvm1.example or kvm1"));

    let error = told(&places, authority.expired("kvm1.example")).await;
    assert!(error.message.contains("expired"), "{error}");

    let stranger = Authority::new();
    let error = told(&places, stranger.server("kvm1.example", Asks::Nothing)).await;
    assert!(error.message.contains("No authority"), "{error}");
}

#[tokio::test]
async fn a_host_that_wants_to_know_the_user_is_shown_a_certificate() {
    let authority = Authority::new();
    let (folder, places) = home();
    authority.trusted_in(folder.path());

    let asking = authority.server("kvm1.example", Asks::Certificate);
    let (client, mut server) = way();
    tokio::spawn(async move {
        server.offers_vencrypt(&[260]).await;
        server.begins_tls(&asking).await
    });
    let error = open(client, &places).await.err().expect("we are unknown");
    let hint = error.hint.expect("where to put it");
    assert!(hint.contains("clientcert.pem"), "{hint}");

    authority.knows_the_user_of(folder.path());
    let asking = authority.server("kvm1.example", Asks::Certificate);
    let (client, mut server) = way();
    let host = tokio::spawn(async move {
        server.offers_vencrypt(&[260]).await;
        let mut inside = server.begins_tls(&asking).await.expect("we are known");
        inside.write_all(b"verdict").await.expect("heard");
    });
    let mut page = open(client, &places).await.expect("we are known");
    page_chooses(&mut page, 1).await;
    hears(&mut page, b"verdict").await;
    host.await.expect("the host's part");
}

#[tokio::test]
async fn a_spice_channel_is_itself_inside_tls() {
    let authority = Authority::new();
    let (folder, places) = home();
    authority.trusted_in(folder.path());
    let tls = authority.server("kvm1", Asks::Nothing);
    let (client, Server(server)) = way();
    let host = tokio::spawn(async move {
        let mut inside = tls.accept(server).await.expect("TLS from the first byte");
        let mut heard = [0; 4];
        inside.read_exact(&mut heard).await.expect("said");
        inside.write_all(&heard).await.expect("heard");
    });
    let mut page = spice(client, &places, &self::host(&["kvm1"]))
        .await
        .expect("it is trusted");
    page.write_all(b"REDQ").await.expect("taken");
    page.flush().await.expect("taken");
    hears(&mut page, b"REDQ").await;
    host.await.expect("the host's part");
}

#[tokio::test]
async fn what_cannot_be_done_says_what_the_host_requires() {
    let (_home, places) = home();
    for (subtypes, expected) in [
        (&[257, 258][..], "without certificates"),
        (&[4711], "unknown"),
        (&[], "unknown"),
    ] {
        let (client, mut server) = way();
        tokio::spawn(async move { server.offers_vencrypt(subtypes).await });
        let error = open(client, &places).await.err().expect("refused");
        assert_eq!(error.code, ErrorCode::Unsupported);
        assert!(error.message.contains(expected), "{error}");
        assert!(error.hint.is_some());
    }
    for (types, mechanisms, expected) in [
        (&[5, 77][..], "", "[5, 77]"),
        (&[20], "GSSAPI,DIGEST-MD5", "GSSAPI,DIGEST-MD5"),
        // a password would be sent for all to read
        (&[20], "PLAIN", "PLAIN"),
    ] {
        let (client, mut server) = way();
        tokio::spawn(async move {
            if server.offers(types).await == 20 {
                let length = u32::try_from(mechanisms.len()).expect("short");
                server.says(&length.to_be_bytes()).await;
                server.says(mechanisms.as_bytes()).await;
            }
            server
        });
        let error = open(client, &places).await.err().expect("refused");
        assert_eq!(error.code, ErrorCode::Unsupported);
        assert!(error.message.contains(expected), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_silent_is_no_other_kind_of_host_and_it_is_said_what_to_do() {
    let (client, server) = way();
    let error = enter(client, &host(&["kvm1.example"]))
        .await
        .err()
        .expect("no display");
    assert_eq!(error.code, ErrorCode::ConnectionRefused);
    assert!(
        error.message.contains("did not answer within 15"),
        "{error}"
    );
    assert!(error.hint.is_some());
    drop(server);
    let (client, server) = way();
    drop(server);
    let other = enter(client, &host(&["kvm1.example"]))
        .await
        .expect("an answer");
    assert!(other.is_none(), "another way may do");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_misbehaves_is_an_error_soon() {
    let (folder, places) = home();
    Authority::new().trusted_in(folder.path());
    let hello = b"RFB 003.008\n";
    let vencrypt = [&hello[..], &[1, 19]].concat();
    let sasl = [&hello[..], &[1, 20]].concat();
    let closes: [&[u8]; 8] = [
        b"",
        b"RFB 003",
        hello,
        &[&hello[..], &[255, 1, 2]].concat(),
        // VeNCrypt 0.1; a version that is refused; a subtype that is cut; one that is refused
        &[&vencrypt[..], &[0, 1]].concat(),
        &[&vencrypt[..], &[0, 2, 1]].concat(),
        &[&vencrypt[..], &[0, 2, 0, 9, 0, 0]].concat(),
        &[&vencrypt[..], &[0, 2, 0, 1, 0, 0, 1, 4, 0]].concat(),
    ];
    let endless: [&[u8]; 2] = [
        // no TLS, and a list of mechanisms of 4 GB
        &[&vencrypt[..], &[0, 2, 0, 1, 0, 0, 1, 4, 1], &[0x55; 4096]].concat(),
        &[&sasl[..], &[255, 255, 255, 255]].concat(),
    ];
    for (bytes, stays) in closes
        .iter()
        .flat_map(|bytes| [(bytes, false), (bytes, true)])
        .chain(endless.iter().map(|bytes| (bytes, true)))
    {
        let (client, mut server) = way();
        server.says(bytes).await;
        let kept = stays.then_some(server);
        let error = open(client, &places).await.err().expect("no display");
        assert!(
            matches!(
                error.code,
                ErrorCode::ConnectionRefused | ErrorCode::Unsupported
            ),
            "{bytes:?}: {error:?}"
        );
        drop(kept);
    }
}

#[tokio::test]
async fn what_is_no_rfb_of_our_version_is_for_the_page_to_judge() {
    let (_home, places) = home();
    let (client, mut server) = way();
    server.says(b"RFB 003.003\nand more").await;
    let mut page = open(client, &places).await.expect("the page may know it");
    hears(&mut page, b"RFB 003.003\nand more").await;
    page.write_all(b"RFB 003.003\n").await.expect("taken");
    server.hears(b"RFB 003.003\n").await;
}

/// A host that takes PLAIN inside TLS, and whose verdict on what it hears is this.
async fn plain_login(accepted: bool) -> (Pipe, tokio::task::JoinHandle<Vec<u8>>) {
    let authority = Authority::new();
    let (folder, places) = home();
    authority.trusted_in(folder.path());
    let tls = authority.server("kvm1", Asks::Nothing);
    let (client, mut server) = way();
    let host = tokio::spawn(async move {
        server.offers_vencrypt(&[263]).await;
        let mut inside = server.begins_tls(&tls).await.expect("TLS");
        inside
            .write_all(b"\0\0\0\x0cGSSAPI,PLAIN")
            .await
            .expect("heard");
        let mut heard = vec![0; 4 + 5 + 4 + 15];
        inside.read_exact(&mut heard).await.expect("said");
        if accepted {
            // nothing to add, complete, and the verdict
            inside
                .write_all(&[0, 0, 0, 0, 1, 0, 0, 0, 0])
                .await
                .expect("heard");
            inside.write_all(b"picture").await.expect("heard");
        }
        heard
    });
    let page = open(client, &places).await.expect("it can be asked");
    (page, host)
}

/// A page that answers with a name and a password.
async fn page_logs_in(page: &mut Pipe) {
    page_chooses(page, 19).await;
    hears(page, &[0, 2]).await;
    page.write_all(&[0, 2]).await.expect("taken");
    hears(page, &[0, 1, 0, 0, 1, 0]).await;
    page.write_all(&[0, 0, 1, 0]).await.expect("taken");
    let login = b"\0\0\0\x06\0\0\0\x06keepers3cret";
    page.write_all(login).await.expect("taken");
    page.flush().await.expect("taken");
}

#[tokio::test]
async fn a_name_and_a_password_log_in_by_sasl() {
    let (mut page, host) = plain_login(true).await;
    page_logs_in(&mut page).await;
    hears(&mut page, b"\0\0\0\0picture").await;
    let heard = host.await.expect("the host's part");
    assert_eq!(heard, b"\0\0\0\x05PLAIN\0\0\0\x0f\0keeper\0s3cret\0");
}

#[tokio::test]
async fn a_vm_that_ends_while_its_user_is_asked_has_ended() {
    let (_home, places) = home();
    let (client, mut server) = way();
    let host = tokio::spawn(async move {
        server.offers(&[20]).await;
        server.says(b"\0\0\0\x0dSCRAM-SHA-256").await;
        server
    });
    let mut page = open(client, &places).await.expect("it can be asked");
    page_chooses(&mut page, 19).await;
    drop(host.await.expect("the host's part"));
    let mut rest = Vec::new();
    page.read_to_end(&mut rest).await.expect("an end, no error");
}

#[tokio::test]
async fn a_host_that_refuses_a_login_is_a_failed_login_to_the_page() {
    let (mut page, host) = plain_login(false).await;
    page_logs_in(&mut page).await;
    hears(&mut page, &[0, 0, 0, 1]).await;
    let length = page.read_u32().await.expect("a reason");
    let mut reason = vec![0; length as usize];
    page.read_exact(&mut reason).await.expect("a reason");
    assert!(!reason.is_empty());
    assert_eq!(page.read(&mut [0]).await.expect("an end"), 0);
    host.await.expect("the host's part");
}

#[tokio::test]
async fn a_host_that_cannot_prove_that_it_knows_the_password_gets_no_session() {
    for (answer, done) in [
        // 4 thousand million rounds; another's nonce; success without any proof; a proof that is none
        (",s=QSXCR+Q6sek8bf92,i=4294967295", 0),
        ("", 0),
        ("", 1),
        (",s=QSXCR+Q6sek8bf92,i=4096", 0),
    ] {
        let (_home, places) = home();
        let (client, mut server) = way();
        let host = tokio::spawn(async move {
            assert_eq!(server.offers(&[20]).await, 20);
            server.says(b"\0\0\0\x0dSCRAM-SHA-256").await;
            server.hears(b"\0\0\0\x0dSCRAM-SHA-256").await;
            let length = server.0.read_u32().await.expect("its first words");
            let mut first = vec![0; length as usize];
            server
                .0
                .read_exact(&mut first)
                .await
                .expect("its first words");
            let first = String::from_utf8(first).expect("a text");
            let nonce = first.trim_end_matches('\0').rsplit("r=").next();
            let answer = match answer {
                "" => String::new(),
                rest => format!("r={}x{rest}\0", nonce.expect("a nonce")),
            };
            let length = u32::try_from(answer.len()).expect("short");
            server.says(&length.to_be_bytes()).await;
            server.says(answer.as_bytes()).await;
            server.says(&[done]).await;
            // it may have hung up by now
            let _ = server.0.write_all(b"\0\0\0\x06v=AAA=\0\x01\0\0\0\0").await;
            server
        });
        let mut page = open(client, &places).await.expect("it can be asked");
        page_logs_in(&mut page).await;
        hears(&mut page, &[0, 0, 0, 1]).await;
        host.await.expect("the host's part");
    }
}
