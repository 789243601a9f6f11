#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| attestar_fuzz::qr::run(data));
