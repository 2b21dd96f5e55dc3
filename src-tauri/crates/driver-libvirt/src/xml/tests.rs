//! Golden files: each `golden/NAME.xml` has what it is read as beside it, in `NAME.txt`. Write them
//! anew with `UPDATE_GOLDEN=1 cargo test -p driver-libvirt golden`, then look at the diff.

use std::fmt::Write;
use std::path::Path;

use model::ErrorCode;

use super::*;

fn shown(xml: &str) -> String {
    let details = details(xml).expect("a domain");
    let mut out = format!("{details:#?}\n");
    for group in hardware(xml).expect("a domain") {
        let _ = writeln!(out, "\n## {}", group.title);
        for item in group.items {
            let facts: Vec<String> = item.facts.iter().map(|(l, v)| format!("{l}={v}")).collect();
            let _ = writeln!(out, "{}: {}", item.name, facts.join(" | "));
        }
    }
    out
}

#[test]
fn golden() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/xml/golden");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder is in the source") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|e| e != "xml") {
            continue;
        }
        seen += 1;
        let xml = std::fs::read_to_string(&path).expect("readable");
        let wanted = path.with_extension("txt");
        let got = shown(&xml);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&wanted, &got).expect("writable");
        }
        let wanted = std::fs::read_to_string(&wanted).expect("a .txt beside the .xml");
        assert_eq!(got, wanted.replace("\r\n", "\n"), "{}", path.display());
    }
    assert!(seen >= 4, "only {seen} golden files were found");
}

#[test]
fn what_is_no_definition_is_named() {
    for (xml, says) in [
        ("", "well-formed"),
        ("<domain>", "well-formed"),
        ("<domain></pool>", "well-formed"),
        ("<!DOCTYPE d [<!ENTITY a 'b'>]><domain/>", "well-formed"),
        ("<pool/>", "<pool>"),
        ("\u{0}", "well-formed"),
    ] {
        for error in [details(xml).map(|_| ()), hardware(xml).map(|_| ())] {
            let error = error.expect_err(xml);
            assert_eq!(error.code, ErrorCode::InvalidInput);
            assert!(error.message.contains(says), "{xml:?}: {}", error.message);
        }
    }
}

#[test]
fn a_tag_can_be_any_text() {
    let element = tags_element(["<b>", "a&b", "x]]>y"].into_iter());
    let domain = format!(
        "<domain><metadata><i:tags xmlns:i='{TAGS_NAMESPACE}'>{}</i:tags></metadata></domain>",
        element
            .trim_start_matches("<tags>")
            .trim_end_matches("</tags>")
    );
    let read = details(&domain).expect("well-formed");
    assert_eq!(read.tags, ["<b>", "a&b", "x]]>y"]);
    assert!(can_hold("tab\tline\n🦀") && !can_hold("bell\u{7}") && !can_hold("nul\0"));
}
