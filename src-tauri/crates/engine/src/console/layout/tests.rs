//! Texts, as keys of each layout.

use super::*;

const DEAD_ACUTE_ES: u16 = 40;

fn keys(layout: &str, text: &str) -> Vec<Keys> {
    let layout = Layout::named(layout).expect("there is such a layout");
    layout.keys(text).expect("it can be typed")
}

/// Every table is whole: whoever sets a password in an installer needs all of ASCII.
#[test]
fn every_layout_types_all_of_ascii_and_its_own_letters() {
    let ascii: String = (' '..='~').collect::<String>() + "\n\t";
    for (layout, own) in [
        ("us", ""),
        ("gb", "£€¬"),
        ("de", "äöüÄÖÜß§°€µéèêáàâ"),
        ("fr", "éèàùçâêîôûëïüÿ²§°€£µ"),
        ("es", "ñÑáéíóúÁÉÍÓÚüÜçÇ¡¿ºª€"),
        ("it", "àèéìòù°§ç€£"),
        ("se", "åäöÅÄÖ§½€éüñ"),
        ("ch-de", "äöüéèàçâêîñ§°£€"),
    ] {
        let layout = Layout::named(layout).expect("there is such a layout");
        let check = layout.check(&(ascii.clone() + own));
        assert_eq!(check.unmappable, Vec::<char>::new());
    }
    assert_eq!(all().len(), 8);
    assert_eq!(all()[6].name, "Swedish");
}

#[test]
fn characters_stand_on_the_keys_that_the_layout_prints_them_on() {
    for (layout, text, expected) in [
        ("us", "aZ", vec![vec![30], vec![SHIFT, 44]]),
        (
            "us",
            "<|@",
            vec![vec![SHIFT, 51], vec![SHIFT, 43], vec![SHIFT, 3]],
        ),
        (
            "gb",
            "\"@#£",
            vec![vec![SHIFT, 3], vec![SHIFT, 40], vec![43], vec![SHIFT, 4]],
        ),
        // y and z change places
        ("de", "zyß", vec![vec![21], vec![44], vec![12]]),
        (
            "de",
            "@{€",
            vec![vec![ALT_GR, 16], vec![ALT_GR, 8], vec![ALT_GR, 18]],
        ),
        (
            "de",
            "<>|",
            vec![vec![86], vec![SHIFT, 86], vec![ALT_GR, 86]],
        ),
        // digits want Shift
        (
            "fr",
            "a1m!",
            vec![vec![16], vec![SHIFT, 2], vec![39], vec![53]],
        ),
        ("fr", "@~", vec![vec![ALT_GR, 11], vec![ALT_GR, 3]]),
        ("es", "ñ@", vec![vec![39], vec![ALT_GR, 3]]),
        ("it", "{@", vec![vec![SHIFT, ALT_GR, 26], vec![ALT_GR, 39]]),
        ("se", "å@", vec![vec![26], vec![ALT_GR, 3]]),
        (
            "ch-de",
            "z@é",
            vec![vec![21], vec![ALT_GR, 3], vec![SHIFT, 39]],
        ),
    ] {
        assert_eq!(keys(layout, text), expected, "{text} in {layout}");
    }
}

#[test]
fn accents_are_put_together_with_dead_keys_where_there_is_no_key() {
    for (layout, text, expected) in [
        ("es", "é", vec![vec![DEAD_ACUTE_ES], vec![18]]),
        ("es", "É", vec![vec![DEAD_ACUTE_ES], vec![SHIFT, 18]]),
        ("fr", "ê", vec![vec![26], vec![18]]),
        ("fr", "ö", vec![vec![SHIFT, 26], vec![24]]),
        // it has a key of its own
        ("fr", "é", vec![vec![3]]),
        ("de", "é", vec![vec![13], vec![18]]),
        // the accent alone
        (
            "de",
            "^`",
            vec![vec![41], vec![57], vec![SHIFT, 13], vec![57]],
        ),
        ("se", "ñ", vec![vec![ALT_GR, 27], vec![49]]),
    ] {
        assert_eq!(keys(layout, text), expected, "{text} in {layout}");
    }
}

#[test]
fn every_kind_of_line_end_is_one_enter() {
    let enters = keys("us", "\n\r\n\r\r");
    assert_eq!(enters, vec![vec![ENTER]; 4]);
}

#[test]
fn what_cannot_be_typed_is_named_once_and_nothing_else() {
    let us = Layout::named("us").expect("there is one");
    let check = us.check("naïve → ñandú ï\u{7}");
    assert_eq!(check.unmappable, ['ï', '→', 'ñ', 'ú', '\u{7}']);
    assert!(us.keys("→").is_err());
    let error = Layout::named("xx").err().expect("there is none");
    assert_eq!(error.code, ErrorCode::InvalidInput);
    assert!(error.hint.is_some_and(|hint| hint.contains("ch-de")));
}

#[test]
fn accents_that_guests_make_different_characters_of_are_refused() {
    let de = Layout::named("de").expect("there is one");
    assert_eq!(de.check("´^`").unmappable, ['´']);
    let fr = Layout::named("fr").expect("there is one");
    assert_eq!(fr.check("¨ë").unmappable, ['¨']);
}
