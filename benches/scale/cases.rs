//! What is measured of one register. The two halves of a ratio run in turn.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    disk::{self, Files, Snapshot},
    hugo::{self, Hugo},
    median::median,
    options::Layout,
    process::Cost,
    register::{self, ADDED, Register},
    table::Figures,
};

const STARTS: usize = 51;

pub(crate) struct Cases<'c> {
    pub(crate) program: &'c std::path::Path,
    pub(crate) register: Register,
    pub(crate) layout: Layout,
    pub(crate) runs: usize,
    /// Where the site goes, and where the same files go bare.
    pub(crate) out: PathBuf,
    pub(crate) bare: PathBuf,
    pub(crate) hugo: Option<Hugo>,
    pub(crate) figures: Figures,
}

impl Cases<'_> {
    pub(crate) fn start(&mut self) -> Result<(), String> {
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let mut command = Command::new(self.program);
            command.arg("--version").stdout(Stdio::null());
            let started = Instant::now();
            let exit = command.status().map_err(|error| format!("{command:?}: {error}"))?;
            times.push(started.elapsed());
            if !exit.success() {
                return Err(format!("{command:?} failed"));
            }
        }
        let time = median(times).as_secs_f64() * 1000.0;
        self.figures.add("`--version`, ms", format!("{time:.1}"));
        Ok(())
    }

    pub(crate) fn check(&mut self) -> Result<(), String> {
        let (mut costs, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..self.runs {
            bare.push(disk::read_all(&self.register.sources())?);
            self.register.forget()?;
            costs.push(self.register.run(&["check"])?);
        }
        let (cost, bare) = (middle(&costs), median(bare));
        self.figures.cost("`check`", cost);
        self.figures.bare("`check`", "reading the sources bare", cost, bare);
        Ok(())
    }

    /// After a build, one changed record, and then nothing.
    pub(crate) fn check_again(&mut self) -> Result<(), String> {
        let (mut costs, mut bare) = (Vec::new(), Vec::new());
        for turn in 0..self.runs {
            bare.push(disk::read_all(&self.register.sources())?);
            let check = || self.register.run(&["check"]);
            costs.push(self.register.remarked(turn, check)?);
        }
        let (cost, bare) = (middle(&costs), median(bare));
        self.figures.cost("`check`, one record changed", cost);
        self.figures.bare("`check`, one record changed", "reading the sources bare", cost, bare);
        register::settle();
        self.register.run(&["check"])?;
        let costs: Result<Vec<_>, _> =
            (0..self.runs).map(|_| self.register.run(&["check"])).collect();
        self.figures.cost("`check`, nothing changed", middle(&costs?));
        Ok(())
    }

    fn build(&self, arguments: &[&str]) -> Result<Cost, String> {
        let out = self.out.to_string_lossy();
        self.register.run(&[arguments, &["--out", &out]].concat())
    }

    /// From nothing, beside the bare files and, where asked for, Hugo; the last site stays.
    pub(crate) fn cold(&mut self) -> Result<(), String> {
        self.rebuild()?;
        let files = Files::of(&self.out)?;
        let (mut costs, mut bare, mut hugo) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.runs {
            disk::remove(&self.out)?;
            bare.push(files.write(&self.bare)?);
            disk::remove(&self.bare)?;
            if let Some(other) = &self.hugo {
                hugo.push(other.build()?);
            }
            self.register.forget()?;
            costs.push(self.build(&["build"])?);
        }
        let (cost, bare) = (middle(&costs), median(bare));
        let figures = &mut self.figures;
        figures.add("cold build: files", files.count().to_string());
        figures.add("cold build: MB", (files.bytes() / 1_000_000).to_string());
        figures.cost("cold build", cost);
        figures.bare("cold build", "writing the files bare", cost, bare);
        figures.peak("cold build", cost);
        if let Some((_, theirs)) = hugo.last() {
            let costs: Vec<Cost> = hugo.iter().map(|(cost, _)| *cost).collect();
            hugo::figures(figures, (middle(&costs), theirs), (cost, &files));
        }
        Ok(())
    }

    /// A site to start from, not measured.
    pub(crate) fn rebuild(&self) -> Result<(), String> {
        disk::remove(&self.out)?;
        self.register.forget()?;
        self.build(&["build"]).map(drop)
    }

    pub(crate) fn nothing(&mut self) -> Result<(), String> {
        let (mut costs, mut bare, mut written) = (Vec::new(), Vec::new(), 0);
        for _ in 0..self.runs {
            let started = Instant::now();
            let found = disk::walk(&self.register.sources())?.len();
            bare.push(started.elapsed());
            if found < self.register.records {
                return Err(format!("only {found} sources are there"));
            }
            let before = Snapshot::of(&self.out)?;
            costs.push(self.build(&["build"])?);
            written = before.written(&self.out)?;
        }
        let (cost, bare) = (middle(&costs), median(bare));
        self.figures.cost("nothing changed", cost);
        self.figures.bare("nothing changed", "looking at the sources bare", cost, bare);
        self.figures.peak("nothing changed", cost);
        self.figures.add("nothing changed: files written", written.to_string());
        Ok(())
    }

    /// What one change of the sources costs; the command tells whether it is published.
    fn change(
        &mut self,
        name: &str,
        command: &[&str],
        change: impl Fn(&Register, usize) -> Result<(), String>,
        back: impl Fn(&Self) -> Result<(), String>,
    ) -> Result<(), String> {
        let ledger = self.register.root.join("ledger");
        let (mut costs, mut site, mut signed) = (Vec::new(), 0, 0);
        for turn in 0..self.runs {
            change(&self.register, turn)?;
            register::settle();
            let before = [Snapshot::of(&self.out)?, Snapshot::of(&ledger)?];
            costs.push(self.build(command)?);
            [site, signed] = [before[0].written(&self.out)?, before[1].written(&ledger)?];
            back(self)?;
        }
        let signed = if signed > 0 { format!(" + {signed} in ledger/") } else { String::new() };
        self.figures.cost(name, middle(&costs));
        self.figures.add(&format!("{name}: files written"), format!("{site}{signed}"));
        Ok(())
    }

    pub(crate) fn publish(&mut self) -> Result<(), String> {
        let name = "`publish` of one suspension";
        self.change(name, &["publish"], Register::suspend, |_| Ok(()))
    }

    /// Of the working copy; the compact layout shows what is sealed only, so that it is published.
    pub(crate) fn remark(&mut self) -> Result<(), String> {
        match self.layout {
            Layout::Full => self.change(
                "one remark changed, working copy",
                &["build"],
                Register::remark,
                |_| Ok(()),
            ),
            Layout::Compact => {
                let name = "`publish` of one remark";
                self.change(name, &["publish"], Register::remark, |_| Ok(()))
            }
        }
    }

    /// Of a sealed register: its pages stay as they are, and what differs is counted.
    pub(crate) fn sealed_remark(&mut self) -> Result<(), String> {
        let name = "one remark changed, not sealed yet";
        self.change(name, &["build"], Register::remark, |_| Ok(()))
    }

    pub(crate) fn added(&mut self) -> Result<(), String> {
        if self.layout == Layout::Full {
            let name = format!("{ADDED} records added, working copy");
            let add = |register: &Register, _| register.add();
            return self.change(&name, &["build"], add, |cases| {
                cases.register.take_away()?;
                cases.build(&["build"]).map(drop)
            });
        }
        // What is sealed cannot be taken back: one run.
        self.runs = 1;
        self.register.add()?;
        self.register.run(&["seal", "--dry-run", "--json"])?;
        let said = fs::read_to_string(self.register.beside.join("said")).unwrap_or_default();
        let code = said.split("\"confirm\":\"").nth(1).and_then(|text| text.split('"').next());
        let code = code.ok_or("`seal --dry-run --json` does not say what to confirm")?;
        let name = format!("`publish` of {ADDED} records added");
        self.change(&name, &["publish", "--confirm", code], |_, _| Ok(()), |_| Ok(()))
    }

    pub(crate) fn unseal(&mut self) -> Result<(), String> {
        self.register.unseal()?;
        register::settle();
        self.rebuild()
    }
}

/// The run in the middle by the clock, with the largest peak of all.
fn middle(costs: &[Cost]) -> Cost {
    let of = |part: fn(&Cost) -> Duration| median(costs.iter().map(part).collect());
    let peak = costs.iter().map(|cost| cost.peak).max().unwrap_or_default();
    Cost { time: of(|cost| cost.time), processor: of(|cost| cost.processor), peak }
}
