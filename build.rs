//! Rebuilds the crate when a file is added to what it embeds: `include_dir!` tracks edits only.

fn main() {
    println!("cargo::rerun-if-changed=themes/default");
    println!("cargo::rerun-if-changed=src/scaffold/starter");
}
