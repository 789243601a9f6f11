//! One table: a line for each figure, a column for each register.

use std::time::Duration;

use crate::process::Cost;

/// What was found out about one register.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<(String, String)>);

impl Figures {
    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// By the clock, and in brackets of the processors.
    pub(crate) fn cost(&mut self, name: &str, cost: Cost) {
        let clock = seconds(cost.time);
        if cost.processor.is_zero() {
            self.add(&format!("{name}: s"), clock);
        } else {
            let processor = seconds(cost.processor);
            self.add(&format!("{name}: s (CPU s)"), format!("{clock} ({processor})"));
        }
    }

    pub(crate) fn peak(&mut self, name: &str, cost: Cost) {
        if cost.peak > 0 {
            self.add(&format!("{name}: peak memory, MB"), (cost.peak / 1000).to_string());
        }
    }

    /// Beside the bare work, by the clock.
    pub(crate) fn bare(&mut self, name: &str, what: &str, cost: Cost, bare: Duration) {
        self.add(&format!("{name}: {what}, s"), seconds(bare));
        self.add(&format!("{name}: ratio"), ratio(cost.time, bare));
    }

    fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value)
    }
}

pub(crate) fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        10.0.. => format!("{seconds:.1}"),
        1.0.. => format!("{seconds:.2}"),
        _ => format!("{seconds:.3}"),
    }
}

pub(crate) fn ratio(one: Duration, other: Duration) -> String {
    let ratio = one.as_secs_f64() / other.as_secs_f64().max(1e-9);
    if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.1}") }
}

/// The figures as a table in Markdown.
pub(crate) fn table(columns: &[Figures]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in columns.iter().flat_map(|figures| &figures.0) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let line = |name: &str| {
        let values: Vec<&str> = columns.iter().map(|figures| figures.get(name)).collect();
        format!("| {name} | {} |\n", values.join(" | "))
    };
    let mut lines: Vec<String> = names.into_iter().map(line).collect();
    lines.insert(1.min(lines.len()), format!("|---|{}\n", "---:|".repeat(columns.len())));
    lines.concat()
}
