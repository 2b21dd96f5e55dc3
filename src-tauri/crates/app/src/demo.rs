//! The demo estate: three hosts on libvirt's own test driver, carried in the program.

/// Its files, as [`engine::Engine::add_demo`] takes them.
pub const FILES: &[(&str, &str)] = &[
    (
        "amsterdam-01.xml",
        include_str!("../../../demo/amsterdam-01.xml"),
    ),
    ("berlin-02.xml", include_str!("../../../demo/berlin-02.xml")),
    ("demo.toml", include_str!("../../../demo/demo.toml")),
    (
        "lisbon-lab.xml",
        include_str!("../../../demo/lisbon-lab.xml"),
    ),
];
