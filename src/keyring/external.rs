//! A key behind a command: in an HSM, in a cloud, on a card.

use std::{
    fmt,
    io::{self, BufReader, ErrorKind, Read, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use crate::config::KeyCommand;
use crate::keyring::Waiting;
use crate::proof::{Signer, SignerError, VerifyingKey};

/// How long a command may take to end when it has nothing more to do.
const GRACE: Duration = Duration::from_secs(2);
/// After how long people are told that a command is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// A command that signs: for each frame on its input, a length (u32, big endian) and the message,
/// it writes the 64 bytes of the signature, in order. Frames are sent without waiting for answers.
/// Every answer is checked before any is used.
#[derive(Clone)]
pub struct External {
    folder: PathBuf,
    command: KeyCommand,
    waiting: Option<Waiting>,
}

impl External {
    /// A command, run in a folder.
    pub fn new(folder: PathBuf, command: &KeyCommand) -> Self {
        Self { folder, command: command.clone(), waiting: None }
    }

    /// The same, and who is told when it lets people wait.
    #[must_use]
    pub fn with_waiting(self, waiting: Option<Waiting>) -> Self {
        Self { waiting, ..self }
    }

    /// The command as register.toml, which is no secret, has it.
    fn name(&self) -> String {
        self.command.command.join(" ")
    }

    /// The next answer. Whoever waits for it is told so, once.
    fn next(
        &self,
        heard: &Receiver<Heard>,
        waiting: &mut Option<Waiting>,
    ) -> Result<Heard, RecvTimeoutError> {
        let patience = PATIENCE.min(self.command.timeout);
        match (heard.recv_timeout(patience), waiting.take()) {
            (Err(RecvTimeoutError::Timeout), Some(tell)) => {
                tell(&self.name());
                heard.recv_timeout(self.command.timeout.saturating_sub(patience))
            }
            (Err(RecvTimeoutError::Timeout), None) => {
                heard.recv_timeout(self.command.timeout.saturating_sub(patience))
            }
            (answer, still) => {
                *waiting = still;
                answer
            }
        }
    }

    fn start(&self) -> Result<Running, SignerError> {
        let mut words = self.command.command.iter();
        let program = words.next().map_or(Path::new(""), Path::new);
        // Where a relative program is looked for, once the folder was changed, differs by system.
        let is_path = program.components().count() > 1;
        let program = if is_path { self.folder.join(program) } else { program.to_owned() };
        let mut command = Command::new(program);
        command.args(words).current_dir(&self.folder);
        // What it says to people it says to them directly.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let started = command.spawn().map(Running);
        started.map_err(|source| SignerError::Start { command: self.name(), source })
    }

    /// Takes one answer for each message, and then the end.
    fn answers(
        &self,
        messages: &[&[u8]],
        heard: &Receiver<Heard>,
        running: &mut Running,
    ) -> Result<Vec<[u8; 64]>, SignerError> {
        let asked = messages.len();
        let mut answers = Vec::with_capacity(asked);
        let mut waiting = self.waiting.clone();
        for message in messages {
            let answered = answers.len();
            let answer = match self.next(heard, &mut waiting) {
                Ok(Heard::Answer(answer)) => answer,
                Ok(Heard::End(rest)) => {
                    let (command, status) = (self.name(), running.status(rest));
                    return Err(SignerError::Ended { command, status, answered, asked });
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let (command, status) = (self.name(), running.status(0));
                    return Err(SignerError::Ended { command, status, answered, asked });
                }
                Err(RecvTimeoutError::Timeout) => {
                    let (command, seconds) = (self.name(), self.command.timeout.as_secs());
                    return Err(SignerError::Late { command, seconds, answered, asked });
                }
            };
            if self.command.public.verify(message, &answer).is_err() {
                let public = self.command.public.multikey();
                let (command, answer) = (self.name(), answered + 1);
                return Err(SignerError::Wrong { command, answer, public });
            }
            answers.push(answer);
        }
        match heard.recv_timeout(GRACE) {
            Ok(Heard::Answer(_) | Heard::End(1..)) => {
                Err(SignerError::Extra { command: self.name(), asked })
            }
            // All is signed, however it ends.
            Ok(Heard::End(0)) | Err(_) => {
                running.status(0);
                Ok(answers)
            }
        }
    }
}

impl fmt::Debug for External {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("External").field("command", &self.command).finish_non_exhaustive()
    }
}

impl Signer for External {
    fn verifying_key(&self) -> VerifyingKey {
        self.command.public
    }

    fn sign_all(&self, messages: &[&[u8]]) -> Result<Vec<[u8; 64]>, SignerError> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let mut running = self.start()?;
        let (frames, (tell, heard)) = (frames(messages), mpsc::channel());
        if let (Some(mut input), Some(output)) = (running.0.stdin.take(), running.0.stdout.take()) {
            // Two threads, so that a full pipe in one direction never stops the other. They are not
            // waited for: whatever else holds the pipes may hold them for ever.
            thread::spawn(move || {
                // A command that stops reading is told by the answers it does not give.
                let _ = input.write_all(&frames);
            });
            thread::spawn(move || {
                let mut output = BufReader::new(output);
                while let Ok(word) = hear(&mut output) {
                    let ends = matches!(word, Heard::End(_));
                    if tell.send(word).is_err() || ends {
                        return;
                    }
                }
            });
        }
        self.answers(messages, &heard, &mut running)
    }
}

/// The length of each message and the message.
fn frames(messages: &[&[u8]]) -> Vec<u8> {
    let mut frames = Vec::new();
    for message in messages {
        let length = u32::try_from(message.len()).expect("no message has 4 GiB");
        frames.extend_from_slice(&length.to_be_bytes());
        frames.extend_from_slice(message);
    }
    frames
}

/// What came from a command.
enum Heard {
    Answer([u8; 64]),
    /// The end, after this many bytes that are no whole answer.
    End(usize),
}

fn hear(output: &mut impl Read) -> io::Result<Heard> {
    let (mut answer, mut length) = ([0; 64], 0);
    while length < answer.len() {
        match output.read(&mut answer[length..]) {
            Ok(0) => return Ok(Heard::End(length)),
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Heard::Answer(answer))
}

/// A command that does not outlive its purpose.
struct Running(Child);

impl Running {
    /// How it ended, in words, once it was given time to.
    fn status(&mut self, rest: usize) -> String {
        let also = match rest {
            0 => String::new(),
            rest => format!(", with {rest} bytes that are no signature"),
        };
        for _ in 0..400 {
            if let Ok(Some(status)) = self.0.try_wait() {
                return format!("{status}{also}");
            }
            thread::sleep(GRACE / 400);
        }
        format!("it closed its output{also}")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !matches!(self.0.try_wait(), Ok(Some(_))) {
            // Nothing can be done about a process that cannot be ended.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}
