//! `attestar qr`: the code for a certificate.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use qrcode::{EcLevel, QrCode, types::Color};

use super::{
    Exit, Failure, keep, now,
    passphrase::{PassphraseArgs, Sources},
    term,
};
use attestar::{
    config::Config,
    credential::{Credential, Did, QrPayload},
    diag::Report,
    keyring,
    ledger::Ledger,
    load::{self, Today},
    model::CertificateNumber,
    verify::{Folder, Forgetful, Register, Trust},
};

/// Modules of white around a code (ISO/IEC 18004).
const MARGIN: usize = 4;
/// Pixels of a module in a picture.
const SCALE: usize = 8;

/// Draw the QR code of a certificate
///
/// The address alone fits a sticker. With --signed the code also carries what was signed on the day
/// of sealing (about 31 mm square on paper), so that a reader without a network can check it; it says
/// nothing about today's status.
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar qr AST-SC-2026-00017 --format svg --out code.svg")]
pub(super) struct Qr {
    /// The certificate number
    #[arg(value_name = "NUMBER")]
    number: String,

    /// Carry the signed statement too; needs the issue key
    #[arg(long)]
    signed: bool,

    /// The picture's format [default: by the file's name, else svg]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Where the picture goes [default: the output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Print the code's text instead of drawing it
    #[arg(long, conflicts_with_all = ["format", "out"])]
    text: bool,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// A picture's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Scalable, for print
    Svg,
    /// Pixels
    Png,
}

impl Qr {
    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let number = CertificateNumber::try_from(&*self.number)?;
        let mut report = Report::default();
        let config = load::config(root, &mut report)?;
        let Some(config) = config else {
            term::findings(&report);
            return Ok(Exit::Findings);
        };
        let did = Did::of(config.base_url.as_str())?;
        let format = self.format()?;
        let text = if self.signed {
            self.signed_text(root, &config, &did, &number)?
        } else {
            if !is_registered(root, &did, &number)? {
                return Err(
                    format!("the register does not hold {number}: nothing was drawn").into()
                );
            }
            did.page_url(&number.path())
        };
        if self.text {
            term::line_safely(&text);
            return Ok(Exit::Done);
        }
        // A sticker gets scratched; a code with hundreds of digits needs the room.
        let level = if self.signed { EcLevel::M } else { EcLevel::Q };
        let code = QrCode::with_error_correction_level(&text, level)
            .map_err(|error| format!("the code cannot be drawn: {error}"))?;
        let bytes = match format {
            Format::Svg => svg(&code, &number).into_bytes(),
            Format::Png => png(&code)?,
        };
        match &self.out {
            Some(out) => keep::write_named(out, &bytes)?,
            None => term::raw(&bytes),
        }
        Ok(Exit::Done)
    }

    /// The format asked for, else that of the file's name.
    fn format(&self) -> Result<Format, Failure> {
        let name = self.out.as_ref().and_then(|out| out.extension()?.to_str());
        match (self.format, name) {
            (Some(format), _) => Ok(format),
            (None, None | Some("svg")) => Ok(Format::Svg),
            (None, Some("png")) => Ok(Format::Png),
            (None, Some(other)) => {
                Err(format!("a code is drawn as svg or png, not as `{other}`; or name --format")
                    .into())
            }
        }
    }

    /// The address and the statement, signed with the issue key. What is stated is the sealed entry,
    /// which must be genuine and logged.
    fn signed_text(
        &self,
        root: &Path,
        config: &Config,
        did: &Did,
        number: &CertificateNumber,
    ) -> Result<String, Failure> {
        let folder = Folder::open(root)?;
        let register = Register::open(&folder, &Trust::default(), &mut Forgetful, now())?;
        let bytes = register.sealed(number)?;
        let entry = Credential::parse(&bytes)?;
        let mut passphrases = Sources::new(&self.passphrase);
        let signer = keyring::open_issue(root, &config.signing, &mut passphrases)?;
        let key = signer.verifying_key();
        let payload = QrPayload::of(&entry, &bytes, config.first_language());
        let signature = signer.sign_one(&payload.to_sign(&key))?;
        Ok(payload.signed(&key, signature)?.text(did, &number.path()))
    }
}

/// Whether a module is dark.
fn is_dark(code: &QrCode, x: usize, y: usize) -> bool {
    code[(x, y)] == Color::Dark
}

/// Whether the number is sealed, or a record of it stands here.
fn is_registered(root: &Path, did: &Did, number: &CertificateNumber) -> Result<bool, Failure> {
    if let Some(ledger) = Ledger::open(root, did)? {
        let entry = ledger.sealed().entry(number.key());
        if entry.is_some_and(|entry| entry.erased.is_none()) {
            return Ok(true);
        }
    }
    let records = load::load(root, Today::Now(now()))?.register.certificates;
    Ok(records.iter().any(|record| record.number.key() == number.key()))
}

/// One path for all dark modules, a run of them a rectangle.
fn svg(code: &QrCode, number: &CertificateNumber) -> String {
    let width = code.width();
    let side = width + 2 * MARGIN;
    let mut path = String::new();
    for y in 0..width {
        let mut x = 0;
        while x < width {
            let run = (x..width).take_while(|x| is_dark(code, *x, y)).count();
            if run > 0 {
                let _ = write!(path, "M{},{}h{run}v1h-{run}z", x + MARGIN, y + MARGIN);
            }
            x += run.max(1);
        }
    }
    let title = number.as_str().replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\" role=\"img\"><title>{title}</title>\
         <path fill=\"#fff\" d=\"M0,0h{side}v{side}h-{side}z\"/><path d=\"{path}\"/></svg>\n"
    )
}

/// A picture in two colours.
fn png(code: &QrCode) -> Result<Vec<u8>, Failure> {
    let width = code.width();
    let side = (width + 2 * MARGIN) * SCALE;
    let mut rows = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        for byte in 0..side.div_ceil(8) {
            let bits = (0..8).map(|bit| {
                let module = |at: usize| (at / SCALE).checked_sub(MARGIN).filter(|at| *at < width);
                let place = module(byte * 8 + bit).zip(module(y));
                !place.is_some_and(|(x, y)| is_dark(code, x, y))
            });
            rows.push(bits.fold(0_u8, |byte, white| byte << 1 | u8::from(white)));
        }
    }
    let mut bytes = Vec::new();
    let side = u32::try_from(side)?;
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header()?.write_image_data(&rows)?;
    Ok(bytes)
}
