#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|data: &[u8]| attestar_fuzz::evidence::run(data));

// Most inputs stay JSON: bytes changed at random are refused before anything interesting happens.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    match attestar_fuzz::mutate::json(&data[..size], max_size, seed) {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => fuzzer_mutate(data, size, max_size),
    }
});
