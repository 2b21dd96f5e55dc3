//! Finds the message headers in a stream of libvirt RPC bytes, however the bytes were cut on their way.
//!
//! ```text
//! | len u32 | program u32 | version u32 | procedure i32 | type i32 | serial u32 | status i32 | payload … |
//! '------------------------------- 28 bytes, big endian; len counts itself -----------------------------'
//! ```
//!
//! Invariant: a payload is skipped, never kept, so a scanner's memory does not grow with the messages.

use super::procedure::Program;

/// Bytes of the length word and the header together: no message is shorter.
pub const HEADER_LEN: usize = 28;

/// The longest message libvirt's own peers accept (32 MiB of payload and its header), in bytes.
pub const MESSAGE_LEN_MAX: u32 = 32 * 1024 * 1024 + HEADER_LEN as u32;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// A client asks for a procedure (with or without file descriptors).
    Call,
    /// The answer to a call.
    Reply,
    /// An event: the server speaks first.
    Event,
    /// A piece of a stream (console, upload, download).
    Stream,
    /// A type this proxy does not know.
    Other(i32),
}

impl From<i32> for MessageKind {
    fn from(wire: i32) -> Self {
        match wire {
            0 | 4 => Self::Call,
            1 | 5 => Self::Reply,
            2 => Self::Event,
            3 | 6 => Self::Stream,
            other => Self::Other(other),
        }
    }
}

/// One message's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Length of the whole message in bytes, its own four included.
    pub len: u32,
    /// Which of libvirt's protocols.
    pub program: Program,
    /// Procedure number within the program.
    pub procedure: i32,
    /// Call, reply, event or stream.
    pub kind: MessageKind,
    /// The client's number for a call, repeated in its reply.
    pub serial: u32,
}

/// The bytes are not libvirt RPC (TLS and SASL look so): nothing more can be read from this stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotRpc {
    /// The length word that no message can have.
    pub len: u32,
}

/// Reads one direction of one connection.
#[derive(Debug, Default)]
pub struct FrameScanner {
    head: [u8; HEADER_LEN],
    have: usize,
    skip: usize,
}

impl FrameScanner {
    /// Feeds `bytes` and calls `found` for each header completed by them, in order.
    ///
    /// # Errors
    /// When a length word is impossible. The scanner must not be fed again.
    pub fn feed(&mut self, mut bytes: &[u8], mut found: impl FnMut(Header)) -> Result<(), NotRpc> {
        while !bytes.is_empty() {
            if self.skip > 0 {
                let skipped = self.skip.min(bytes.len());
                self.skip -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            let taken = (HEADER_LEN - self.have).min(bytes.len());
            self.head[self.have..self.have + taken].copy_from_slice(&bytes[..taken]);
            self.have += taken;
            bytes = &bytes[taken..];
            // checked as soon as it is whole: four wrong bytes must not wait for 24 more
            if self.have >= 4 {
                self.check_length()?;
            }
            if self.have == HEADER_LEN {
                let header = self.header();
                self.skip = header.len as usize - HEADER_LEN;
                self.have = 0;
                found(header);
            }
        }
        Ok(())
    }

    fn check_length(&self) -> Result<(), NotRpc> {
        let len = self.word(0);
        if (HEADER_LEN as u32..=MESSAGE_LEN_MAX).contains(&len) {
            Ok(())
        } else {
            Err(NotRpc { len })
        }
    }

    fn word(&self, index: usize) -> u32 {
        let at = index * 4;
        u32::from_be_bytes([
            self.head[at],
            self.head[at + 1],
            self.head[at + 2],
            self.head[at + 3],
        ])
    }

    fn header(&self) -> Header {
        Header {
            len: self.word(0),
            program: Program::from(self.word(1)),
            procedure: self.word(3).cast_signed(),
            kind: MessageKind::from(self.word(4).cast_signed()),
            serial: self.word(5),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A whole message as libvirt writes it, with `payload` zero bytes.
    pub(crate) fn message(
        program: u32,
        procedure: i32,
        kind: i32,
        serial: u32,
        payload: usize,
    ) -> Vec<u8> {
        let len = u32::try_from(HEADER_LEN + payload).expect("test payloads are small");
        let mut out = Vec::new();
        for word in [
            len,
            program,
            1,
            procedure.cast_unsigned(),
            kind.cast_unsigned(),
            serial,
            0,
        ] {
            out.extend_from_slice(&word.to_be_bytes());
        }
        out.resize(out.len() + payload, 0);
        out
    }

    fn headers(chunks: &[&[u8]]) -> Result<Vec<Header>, NotRpc> {
        let mut scanner = FrameScanner::default();
        let mut out = Vec::new();
        for chunk in chunks {
            scanner.feed(chunk, |header| out.push(header))?;
        }
        Ok(out)
    }

    fn three_messages() -> Vec<u8> {
        [
            message(0x2000_8086, 1, 0, 7, 24),
            message(0x2000_8086, 273, 0, 8, 0),
            message(0x6b65_6570, 1, 2, 0, 5),
        ]
        .concat()
    }

    #[test]
    fn every_way_to_cut_the_bytes_finds_the_same_headers() {
        let bytes = three_messages();
        let whole = headers(&[&bytes]).expect("well formed");
        assert_eq!(
            whole
                .iter()
                .map(|h| (h.program, h.procedure, h.kind, h.serial))
                .collect::<Vec<_>>(),
            [
                (Program::Remote, 1, MessageKind::Call, 7),
                (Program::Remote, 273, MessageKind::Call, 8),
                (Program::Keepalive, 1, MessageKind::Event, 0),
            ]
        );
        for size in 1..bytes.len() {
            let chunks: Vec<&[u8]> = bytes.chunks(size).collect();
            assert_eq!(
                headers(&chunks),
                Ok(whole.clone()),
                "cut every {size} bytes"
            );
        }
    }

    #[test]
    fn calls_and_replies_with_descriptors_count_as_calls_and_replies() {
        let bytes = [message(1, 1, 4, 1, 0), message(1, 1, 5, 1, 0)].concat();
        let kinds: Vec<_> = headers(&[&bytes])
            .expect("well formed")
            .iter()
            .map(|h| h.kind)
            .collect();
        assert_eq!(kinds, [MessageKind::Call, MessageKind::Reply]);
    }

    #[test]
    fn lengths_no_message_can_have_are_refused_at_the_fourth_byte() {
        let cases = [
            ("shorter than its header", 27),
            ("zero", 0),
            ("a TLS hello", u32::from_be_bytes([0x16, 3, 1, 2])),
            ("one byte too long", MESSAGE_LEN_MAX + 1),
        ];
        for (what, len) in cases {
            assert_eq!(
                headers(&[&len.to_be_bytes()]),
                Err(NotRpc { len }),
                "{what}"
            );
        }
    }
}
