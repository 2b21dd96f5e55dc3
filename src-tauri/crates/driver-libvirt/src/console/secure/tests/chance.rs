//! Hosts that say whatever chance makes of a good beginning.

use tokio::io::AsyncReadExt;

use super::super::testing::{Authority, home, way};
use super::open;

/// Numbers that look like chance and are the same each time.
fn shuffled(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
}

#[tokio::test(start_paused = true)]
async fn whatever_a_host_says_opening_ends_and_the_page_gets_no_more_than_it_said() {
    let (folder, places) = home();
    Authority::new().trusted_in(folder.path());
    let good = [
        &b"RFB 003.008\n"[..],
        // a list of VeNCrypt and SASL, its version, subtypes, consent, and a list of mechanisms
        &[2, 19, 20, 0, 2, 0, 2, 0, 0, 1, 4, 0, 0, 1, 7, 1],
        &[0, 0, 0, 11],
        b"PLAIN,SCRAM",
    ]
    .concat();
    for seed in 1..=600 {
        let mut chance = shuffled(seed);
        let mut next = move || usize::from(chance.next().expect("endless"));
        let mut bytes = good.clone();
        for _ in 0..=next() % 4 {
            let at = next() % bytes.len();
            bytes[at] = u8::try_from(next()).expect("a byte");
        }
        bytes.truncate(next() % (2 * bytes.len()));
        bytes.extend((0..next() % 64).map(|_| u8::try_from(next()).expect("a byte")));
        let (client, mut server) = way();
        server.says(&bytes).await;
        let stays = (next() % 2 == 0).then_some(server);
        match open(client, &places).await {
            Ok(mut page) => {
                drop(stays);
                let mut heard = Vec::new();
                // it may wait for the page
                let reading = page.read_to_end(&mut heard);
                let _ = tokio::time::timeout(std::time::Duration::from_secs(60), reading).await;
                assert!(heard.len() <= bytes.len() + 32, "seed {seed}");
            }
            Err(error) => assert!(!error.message.is_empty(), "seed {seed}"),
        }
    }
}
