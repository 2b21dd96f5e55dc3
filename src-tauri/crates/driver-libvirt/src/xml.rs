//! Reads domain XML. Knows what it needs, passes over what it does not know, and never panics on
//! what a host sends.

mod consoles;
mod details;
mod hardware;
mod new_display;
mod os_names;
#[cfg(test)]
mod tests;

use driver::DriverError;
use model::ErrorCode;
use roxmltree::{Document, Node};

pub(crate) use consoles::{Secrets, consoles};
pub(crate) use details::details;
pub(crate) use hardware::hardware;
pub(crate) use new_display::{Showing, machine, showing, with_display};

/// Namespace of the tags that we keep with a VM.
pub(crate) const TAGS_NAMESPACE: &str = "https://innkeeper.dev/xmlns/tags/1";
/// Prefix under which libvirt writes that namespace.
pub(crate) const TAGS_PREFIX: &str = "innkeeper";

/// The `<tags>` element that libvirt keeps in `<metadata>`, and gives our namespace and prefix.
pub(crate) fn tags_element<'a>(tags: impl Iterator<Item = &'a str>) -> String {
    let mut xml = String::from("<tags>");
    for tag in tags {
        xml.push_str("<tag>");
        push_escaped(&mut xml, tag);
        xml.push_str("</tag>");
    }
    xml.push_str("</tags>");
    xml
}

fn push_escaped(xml: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '&' => xml.push_str("&amp;"),
            c => xml.push(c),
        }
    }
}

/// Whether XML can hold `text`.
pub(crate) fn can_hold(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    })
}

/// Parses `text` and hands its `<domain>` to `read`.
fn with_domain<T>(text: &str, read: impl FnOnce(Node<'_, '_>) -> T) -> Result<T, DriverError> {
    let wrong = |why: String| DriverError::new(ErrorCode::InvalidInput, why);
    let document = Document::parse(text)
        .map_err(|error| wrong(format!("The definition is no well-formed XML: {error}.")))?;
    let root = document.root_element();
    if root.tag_name().name() != "domain" {
        return Err(wrong(format!(
            "The definition begins with <{}>, not with <domain>.",
            crate::text::cut(root.tag_name().name(), 100)
        )));
    }
    Ok(read(root))
}

/// The first child element of this name.
fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children()
        .find(|n| n.is_element() && n.tag_name().name() == name)
}

/// The children of this name.
fn children<'a, 'i: 'a>(
    node: Node<'a, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children()
        .filter(move |n| n.is_element() && n.tag_name().name() == name)
}

/// The element at the end of a path of names.
fn at<'a, 'i>(node: Node<'a, 'i>, path: &[&str]) -> Option<Node<'a, 'i>> {
    path.iter().try_fold(node, |node, name| child(node, name))
}

/// The attribute of the element at the end of a path, if it is not empty.
fn attribute<'a>(node: Node<'a, '_>, path: &[&str], name: &str) -> Option<&'a str> {
    at(node, path)?
        .attribute(name)
        .filter(|value| !value.is_empty())
}

/// All text directly in an element, trimmed.
fn text(node: Node<'_, '_>) -> String {
    let mut text = String::new();
    for piece in node
        .children()
        .filter_map(|n| n.is_text().then(|| n.text()).flatten())
    {
        text.push_str(piece);
    }
    text.trim().to_owned()
}

/// The text of a child element, if it is not empty.
fn child_text(node: Node<'_, '_>, name: &str) -> Option<String> {
    child(node, name).map(text).filter(|text| !text.is_empty())
}
