//! Hugo, building pages of the same records: a page each, and lists by level, region and industry.
//!
//! Templates and settings are in benches/hugo/. Records already are what Hugo reads, facts in TOML and
//! then Markdown; they are given a title and the terms under which they are listed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    disk::{self, Files, trouble},
    median::median,
    process::{self, Cost},
    register::Register,
    table::{self, Figures},
};

pub(crate) struct Hugo {
    site: PathBuf,
    said: PathBuf,
}

/// Nothing where it is not installed.
pub(crate) fn version() -> Option<String> {
    let output = Command::new("hugo").arg("version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    output.status.success().then(|| words.join(" "))
}

impl Hugo {
    pub(crate) fn make(register: &Register, folder: &Path) -> Result<Self, String> {
        let site = folder.join("hugo");
        let own = env::var_os("ATTESTAR_BENCHES")
            .map_or_else(|| PathBuf::from("benches"), PathBuf::from)
            .join("hugo");
        copy(&own, &site)?;
        let content = register.root.join("content");
        for name in ["regions.toml", "industries.toml", "schemes"] {
            copy(&content.join(name), &site.join("data").join(name))?;
        }
        for record in disk::walk(&[content.join("certificates")])? {
            let text = fs::read_to_string(&record.path).map_err(trouble(&record.path))?;
            let name = record.path.file_name().unwrap_or_default();
            let page = page(&text)
                .ok_or_else(|| format!("{} cannot be given to Hugo", record.path.display()))?;
            disk::save(&site.join("content/c").join(name), &page)?;
        }
        Ok(Self { said: register.beside.join("hugo"), site })
    }

    /// Builds all of it from nothing, and leaves nothing.
    pub(crate) fn build(&self) -> Result<(Cost, Files), String> {
        let mut hugo = Command::new("hugo");
        hugo.args(["--minify", "--source"]).arg(&self.site);
        hugo.env("HUGO_CACHEDIR", self.site.join("cache"));
        let cost = process::run(&mut hugo, &self.said)?;
        let files = Files::of(&self.site.join("public"))?;
        for made in ["public", "resources", "cache"] {
            disk::remove(&self.site.join(made))?;
        }
        Ok((cost, files))
    }
}

/// Hugo's cost beside ours, of whole sites and of a page.
pub(crate) fn figures(figures: &mut Figures, hugo: (Cost, &Files), ours: (Cost, &Files)) {
    let (cost, theirs) = hugo;
    let pages = |files: &Files| files.sizes("", ".html").len();
    let certificate = |files: &Files| median(files.sizes("c/", ".html")).to_string();
    let micro = |(cost, _): (Cost, &Files), count: usize| {
        let count = f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
        format!("{:.0}", cost.processor.as_secs_f64() * 1e6 / count)
    };
    figures.cost("Hugo", cost);
    figures.peak("Hugo", cost);
    figures.add("Hugo: its CPU time in ours", table::ratio(cost.processor, ours.0.processor));
    figures.add("Hugo: files", theirs.count().to_string());
    figures.add("Hugo: MB", (theirs.bytes() / 1_000_000).to_string());
    let mut both = |name: &str, of: &dyn Fn((Cost, &Files)) -> String| {
        figures.add(&format!("Hugo and cold build: {name}"), format!("{}, {}", of(hugo), of(ours)));
    };
    both("HTML pages", &|site| pages(site.1).to_string());
    both("bytes of a certificate's page", &|site| certificate(site.1));
    both("CPU µs an HTML page", &|site| micro(site, pages(site.1)));
    both("CPU µs a file", &|site| micro(site, site.1.count()));
}

/// A record with what Hugo wants to know: a title, and lists of terms.
fn page(text: &str) -> Option<String> {
    let facts = text.strip_prefix("+++\n")?;
    let fact = |name: &str| {
        let line = facts.lines().find(|line| line.starts_with(name))?;
        // A region may be `{ code = "…", name = … }`.
        line.split('"').nth(1)
    };
    let holder = facts.split("[holder]\n").nth(1)?;
    let name = holder.split("zh = \"").nth(1)?.split('"').next()?;
    let (scheme, level) = (fact("scheme = ")?, fact("level = ")?);
    let (region, industry) = (fact("region = ")?, fact("industry = ")?);
    let facts = facts.lines().map(|line| match line.strip_prefix("region = {") {
        Some(_) => format!("region = \"{region}\"\n"),
        None => format!("{line}\n"),
    });
    let facts: String = facts.collect();
    Some(format!(
        "+++\ntitle = \"{name}\"\nlevels = [\"{scheme}-{level}\"]\nregions = [\"{region}\"]\n\
         industries = [\"{industry}\"]\n{facts}"
    ))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    for file in disk::walk(&[from.to_owned()])? {
        let inside = file.path.strip_prefix(from).map_err(|error| error.to_string())?;
        let to = if inside.as_os_str().is_empty() { to.to_owned() } else { to.join(inside) };
        let text = fs::read_to_string(&file.path).map_err(trouble(&file.path))?;
        disk::save(&to, &text)?;
    }
    Ok(())
}
