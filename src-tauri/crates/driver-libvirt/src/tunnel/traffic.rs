//! Counts what goes to a host, by libvirt's message framing.
//!
//! A message is: length (4 bytes, itself included), program, version, procedure, type, serial,
//! status (4 bytes each), payload; all big-endian. Type 0 is a call.

use std::sync::atomic::{AtomicU64, Ordering};

const HEADER: usize = 28;
const TYPE_AT: usize = 16;
/// What libvirt itself allows a message to be at most is below this; more means that the stream is
/// not libvirt's.
const LONGEST: u32 = 64 << 20;

/// What a client says that is still there: a message of libvirt's keepalive program (`keep`, version
/// 1), procedure pong, which nobody answers. A server that hears nothing for half a minute closes.
pub(super) const STILL_HERE: [u8; HEADER] = {
    let mut message = [0; HEADER];
    message[3] = HEADER as u8;
    message[4] = b'k';
    message[5] = b'e';
    message[6] = b'e';
    message[7] = b'p';
    message[11] = 1;
    message[15] = 2;
    message[TYPE_AT + 3] = 2;
    message
};

/// Counters that outlive the bridge.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    calls: AtomicU64,
}

impl Traffic {
    /// Calls sent to the host.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }
}

/// Follows the frames of one direction.
#[derive(Debug, Default)]
pub(super) struct Frames {
    header: Vec<u8>,
    /// Bytes of the current message after what is in `header`.
    left: usize,
    lost: bool,
}

impl Frames {
    /// Whether a message of our own can go between what was and what comes.
    pub(super) fn is_between(&self) -> bool {
        !self.lost && self.left == 0 && self.header.is_empty()
    }

    /// Takes the next piece of the stream, and counts the calls that begin in it.
    pub(super) fn follow(&mut self, mut bytes: &[u8], traffic: &Traffic) {
        while !bytes.is_empty() && !self.lost {
            if self.left > 0 {
                let skipped = self.left.min(bytes.len());
                self.left -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            let taken = (HEADER - self.header.len()).min(bytes.len());
            self.header.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if self.header.len() < HEADER {
                return;
            }
            let word = |at: usize| {
                u32::from_be_bytes([
                    self.header[at],
                    self.header[at + 1],
                    self.header[at + 2],
                    self.header[at + 3],
                ])
            };
            let length = word(0);
            if length < HEADER as u32 || length > LONGEST {
                // an encrypted layer, for one
                self.lost = true;
                return;
            }
            if word(TYPE_AT) == 0 {
                traffic.calls.fetch_add(1, Ordering::Relaxed);
            }
            self.left = length as usize - HEADER;
            self.header.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u32, payload: usize) -> Vec<u8> {
        let length = (HEADER + payload) as u32;
        let words = [length, 0x2000_8086, 1, 2, kind, 9, 0];
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        bytes.resize(length as usize, 0xff);
        bytes
    }

    #[test]
    fn calls_are_counted_however_the_stream_is_cut() {
        let stream: Vec<u8> = [
            message(0, 0),
            message(3, 500),
            message(0, 1000),
            message(0, 4),
        ]
        .concat();
        for size in [1, 7, 28, 29, 500, stream.len()] {
            let (traffic, mut frames) = (Traffic::default(), Frames::default());
            for piece in stream.chunks(size) {
                frames.follow(piece, &traffic);
            }
            assert_eq!(traffic.calls(), 3, "in pieces of {size}");
        }
    }

    #[test]
    fn our_own_message_goes_only_between_others() {
        let (traffic, mut frames) = (Traffic::default(), Frames::default());
        assert!(frames.is_between());
        for piece in message(0, 9).chunks(30) {
            assert!(frames.is_between() == (piece.len() == 30));
            frames.follow(piece, &traffic);
        }
        frames.follow(&STILL_HERE, &traffic);
        assert!(frames.is_between(), "it is a whole message");
        assert_eq!(traffic.calls(), 1, "and no call");
        frames.follow(&[0xee; 28], &traffic);
        assert!(!frames.is_between(), "an encrypted stream takes none");
    }

    #[test]
    fn a_stream_that_is_not_libvirts_is_not_counted() {
        let (traffic, mut frames) = (Traffic::default(), Frames::default());
        frames.follow(&[0xee; 4096], &traffic);
        assert_eq!(traffic.calls(), 0);
    }
}
