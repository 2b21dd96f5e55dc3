//! Answers libvirt's questions for credentials (SASL, libssh) while a connection opens.

use std::panic::{AssertUnwindSafe, catch_unwind};

use virt_sys as c;

use super::copied;

/// What kind of answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CredentialKind {
    /// A login name.
    Name,
    /// Something that may be shown while it is typed.
    Echoed,
    /// Something that may not.
    Hidden,
}

impl CredentialKind {
    /// Every code that we answer; libvirt asks for no others.
    pub(super) fn codes() -> Vec<libc::c_int> {
        [
            c::VIR_CRED_USERNAME,
            c::VIR_CRED_AUTHNAME,
            c::VIR_CRED_ECHOPROMPT,
            c::VIR_CRED_REALM,
            c::VIR_CRED_PASSPHRASE,
            c::VIR_CRED_NOECHOPROMPT,
        ]
        .map(|code| code as libc::c_int)
        .to_vec()
    }

    fn of(code: libc::c_int) -> Self {
        match code as c::virConnectCredentialType {
            c::VIR_CRED_USERNAME | c::VIR_CRED_AUTHNAME => Self::Name,
            c::VIR_CRED_ECHOPROMPT | c::VIR_CRED_REALM => Self::Echoed,
            _ => Self::Hidden,
        }
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credential {
    pub(crate) kind: CredentialKind,
    pub(crate) prompt: String,
}

/// The closure that answers, behind one thin pointer.
pub(super) struct Asker<'a> {
    answer: &'a mut dyn FnMut(&Credential) -> Option<String>,
}

impl<'a> Asker<'a> {
    pub(super) fn new(answer: &'a mut dyn FnMut(&Credential) -> Option<String>) -> Self {
        Self { answer }
    }
}

/// Called by libvirt within `virConnectOpenAuth`, on the thread that opens.
pub(super) unsafe extern "C" fn callback(
    credentials: c::virConnectCredentialPtr,
    count: libc::c_uint,
    asker: *mut libc::c_void,
) -> libc::c_int {
    // SAFETY: cbdata is the Asker on the stack of `Connection::open`, which waits for this call.
    let asker = unsafe { &mut *asker.cast::<Asker<'_>>() };
    for index in 0..count as usize {
        // SAFETY: libvirt passes an array of `count` credentials that is ours for this call.
        let slot = unsafe { &mut *credentials.add(index) };
        let question = Credential {
            kind: CredentialKind::of(slot.type_),
            // SAFETY: libvirt's prompts are NULL or NUL-terminated.
            prompt: unsafe { copied(slot.prompt) }.unwrap_or_default(),
        };
        let answered = catch_unwind(AssertUnwindSafe(|| (asker.answer)(&question)));
        let Ok(Some(text)) = answered else {
            return -1;
        };
        let length = text.len();
        // SAFETY: plain allocation; libvirt frees it with free().
        let copy = unsafe { libc::malloc(length + 1) }.cast::<libc::c_char>();
        if copy.is_null() {
            return -1;
        }
        // SAFETY: copy holds length + 1 bytes and does not overlap text.
        unsafe {
            text.as_ptr()
                .cast::<libc::c_char>()
                .copy_to_nonoverlapping(copy, length);
            copy.add(length).write(0);
        }
        slot.result = copy;
        slot.resultlen = length as libc::c_uint;
    }
    0
}
