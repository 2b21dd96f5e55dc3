//! Whose the other end of a loopback connection is, as the kernel's table of connections says.

use std::net::Ipv4Addr;

const TABLE: &str = "/proc/self/net/tcp";
/// The only state in which the table still knows whose it is for certain.
const ESTABLISHED: &str = "01";

/// The user at `port` of 127.0.0.1 who is connected to our port; `None` when there is none any more.
pub(super) fn of(port: u16, ours: u16) -> Option<u32> {
    // the kernel's memory, no disk
    read(&std::fs::read_to_string(TABLE).ok()?, port, ours)
}

fn read(table: &str, port: u16, ours: u16) -> Option<u32> {
    // the address is a number of this computer's byte order, the port is not
    let address = u32::from_ne_bytes(Ipv4Addr::LOCALHOST.octets());
    let (local, remote) = (
        format!("{address:08X}:{port:04X}"),
        format!("{address:08X}:{ours:04X}"),
    );
    table.lines().skip(1).find_map(|line| {
        // number, local, remote, state, queues, timer, retransmits, user, …
        let mut columns = line.split_ascii_whitespace().skip(1);
        let found =
            columns.next()? == local && columns.next()? == remote && columns.next()? == ESTABLISHED;
        if found {
            columns.nth(3)?.parse().ok()
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    const SEEN: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:A0B1 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1 0 100 0 0 10 0
   1: 0100007F:A0B1 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 12 1 0 20 4 30 10 -1
   2: 0100007F:C001 0100007F:A0B1 01 00000000:00000000 00:00000000 00000000  1001        0 13 1 0 20 4 30 10 -1
   3: 0100007F:C002 0100007F:A0B1 06 00000000:00000000 03:00000000 00000000     0        0 0 3 0
   4: 0100007F:C003 0200007F:A0B1 01 00000000:00000000 00:00000000 00000000  1000        0 14 1 0 20 4 30 10 -1
";

    #[cfg(target_endian = "little")]
    #[test]
    fn the_other_end_is_told_from_ours_and_from_what_is_over() {
        for (port, user) in [
            (0xC001, Some(1001)),
            (0xC002, None),
            (0xC003, None),
            (0xC004, None),
        ] {
            assert_eq!(read(SEEN, port, 0xA0B1), user, "{port:x}");
        }
        assert_eq!(read("", 1, 2), None);
        assert_eq!(read("x\n 0: 0100007F:0001", 1, 2), None);
    }

    #[tokio::test]
    async fn the_kernel_knows_a_connection_of_ours() {
        use std::os::unix::fs::MetadataExt as _;
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port");
        let ours = listener.local_addr().expect("bound");
        let client = tokio::net::TcpStream::connect(ours).await.expect("open");
        let (_stream, from) = listener.accept().await.expect("somebody");
        let me = std::fs::metadata("/proc/self").expect("this process").uid();
        assert_eq!(of(from.port(), ours.port()), Some(me));
        drop(client);
    }
}
