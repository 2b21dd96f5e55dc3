//! Generates the Tauri context and permissions.
fn main() {
    // a capabilities folder at another path is not watched by tauri-build
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    tauri_build::try_build(
        tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*"),
    )
    .expect("tauri.conf.json and the capabilities are valid");
}
