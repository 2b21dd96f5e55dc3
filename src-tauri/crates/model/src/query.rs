//! The search grammar.

use crate::vm::Vm;

/// Every text of a VM that plain text is looked for in.
pub fn texts(vm: &Vm) -> impl Iterator<Item = &str> {
    let details = vm.details.as_ref();
    [vm.summary.name.as_str(), vm.note.as_str()]
        .into_iter()
        .chain(vm.ips.iter().map(String::as_str))
        .chain(details.into_iter().flat_map(|details| {
            [details.title.as_str(), details.description.as_str()]
                .into_iter()
                .chain(details.uuid.as_deref())
                .chain(details.tags.iter().map(String::as_str))
                .chain(details.nics.iter().filter_map(|nic| nic.mac.as_deref()))
                .chain(
                    details
                        .disks
                        .iter()
                        .filter_map(|disk| disk.source.as_deref()),
                )
        }))
}

/// `text` as it is compared: without regard to capitals, also the two forms of a Greek sigma.
pub fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ς' { 'σ' } else { letter })
        .collect()
}
