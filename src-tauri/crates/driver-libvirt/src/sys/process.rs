//! Ties to the operating system's processes that the standard library has no safe call for.

/// Makes the child die with this program, even when it is killed, and takes it off our terminal,
/// where ssh would ask its questions.
///
/// The kernel sends the signal when the *thread* that started the child ends: start it from a
/// thread that lasts.
#[cfg(unix)]
pub(crate) fn tie_to_this_process(command: &mut tokio::process::Command) {
    // SAFETY: runs between fork and exec and makes only async-signal-safe calls: setsid, prctl.
    unsafe {
        command.pre_exec(|| {
            libc::setsid();
            #[cfg(target_os = "linux")]
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
            Ok(())
        });
    }
}

/// On Windows a child is tied by its handles: `kill_on_drop`, and the end of its standard input.
#[cfg(windows)]
pub(crate) fn tie_to_this_process(_: &mut tokio::process::Command) {}

/// The process that owns the other end of a loopback connection: the one whose local port is
/// `peer_port` and whose remote port is `our_port`.
#[cfg(windows)]
pub(crate) fn owner_of_loopback_peer(peer_port: u16, our_port: u16) -> Option<u32> {
    use windows_sys::Win32::NetworkManagement::IpHelper::{
        GetExtendedTcpTable, MIB_TCPROW_OWNER_PID, MIB_TCPTABLE_OWNER_PID,
        TCP_TABLE_OWNER_PID_CONNECTIONS,
    };
    use windows_sys::Win32::Networking::WinSock::AF_INET;

    let mut buffer: Vec<u64> = Vec::new();
    // the table grows between the two calls now and then
    for _ in 0..4 {
        let mut size = u32::try_from(buffer.len() * 8).ok()?;
        // SAFETY: the buffer holds `size` bytes and is aligned for the table.
        let code = unsafe {
            GetExtendedTcpTable(
                buffer.as_mut_ptr().cast(),
                &raw mut size,
                0,
                u32::from(AF_INET),
                TCP_TABLE_OWNER_PID_CONNECTIONS,
                0,
            )
        };
        if code == 0 && !buffer.is_empty() {
            let table = buffer.as_ptr().cast::<MIB_TCPTABLE_OWNER_PID>();
            // SAFETY: the call filled the buffer with a table of dwNumEntries rows.
            let rows: &[MIB_TCPROW_OWNER_PID] = unsafe {
                let count = (*table).dwNumEntries as usize;
                std::slice::from_raw_parts((&raw const (*table).table).cast(), count)
            };
            let port = |field: u32| u16::from_be((field & 0xffff) as u16);
            return rows
                .iter()
                .find(|row| {
                    port(row.dwLocalPort) == peer_port && port(row.dwRemotePort) == our_port
                })
                .map(|row| row.dwOwningPid);
        }
        buffer.resize(size as usize / 8 + 64, 0);
    }
    None
}
