fn main() {
    napi_build::setup();
    // Pool threads outlive the Node worker that loaded the library, so it must never be unloaded.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
