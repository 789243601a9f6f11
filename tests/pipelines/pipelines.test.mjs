// The pipelines that `attestar init` writes, run as written on a small register with the
// demonstration's keys. ATTESTAR is the program.

import assert from "node:assert/strict";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { keyOf, multikey } from "../interop/forge.mjs";
import { Runner, run } from "./runner.mjs";

const program = realpathSync(process.env.ATTESTAR ?? "target/debug/attestar");
const all = mkdtempSync(join(tmpdir(), "attestar-pipelines-"));
after(() => rmSync(all, { recursive: true, force: true }));

const demoKey = (/** @type {string} */ role) => readFileSync(fileURLToPath(new URL(`../support/demo-keys/${role}.pem`, import.meta.url)), "utf8").trimEnd();
const SECRETS = { ATTESTAR_ISSUE_KEY: demoKey("issue"), ATTESTAR_STATUS_KEY: demoKey("status"), ATTESTAR_LOG_KEY: demoKey("log") };
const SCHEDULE = { event: "schedule", secrets: SECRETS };
const RECORD = () => runner.git("ls-tree", "-r", "--name-only", "main", "content/certificates").split("\n")[0];

/** @type {Runner} */
let runner;
/** @type {string} */
let work;
/** Folders of PATH in which attestar is not. */
const tools = (process.env.PATH ?? "").split(":").filter((folder) => folder && !existsSync(join(folder, "attestar"))).join(":");

beforeEach(() => {
  work = mkdtempSync(join(all, "test-"));
  const [origin, first, bin] = ["origin.git", "first", "bin"].map((name) => join(work, name));
  mkdirSync(bin);
  copyFileSync(program, join(bin, "attestar"));
  const env = { PATH: `${bin}:${tools}`, HOME: work, LANG: "C.UTF-8" };
  for (const command of [
    ["git", "init", "--quiet", "--bare", "--initial-branch=main", origin],
    ["attestar", "init", first],
    ["git", "-C", first, "init", "--quiet", "--initial-branch=main"],
    ["git", "-C", first, "add", "--all"],
    ["git", "-C", first, "-c", "user.name=clerk", "-c", "user.email=clerk@ci.invalid", "commit", "--quiet", "--message", "the register"],
    ["git", "-C", first, "push", "--quiet", origin, "main"],
  ]) {
    const done = run(work, command, env);
    assert.ok(done.ok, done.log);
  }
  runner = new Runner(work, origin, env.PATH);
});

/** The files of the published site. */
const site = () => runner.git("ls-tree", "-r", "--name-only", "pages").split("\n");
/** How many leaves the ledger of the main branch has. */
const leaves = (branch = "main", path = "ledger/checkpoint") => Number(runner.git("show", `${branch}:${path}`).split("\n")[1] ?? 0);

/** An event that is appended to a record. @param {string} clone @param {string} path @param {string} kind */
function append(clone, path, kind) {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const reason = kind === "suspended" ? 'reason = "surveillance-overdue"\n' : "";
  Runner.edit(clone, path, (text) => text.replace(/\n\+\+\+\n/, `\n[[events]]\ndate = ${today}\nkind = "${kind}"\n${reason}+++\n`));
}

test("each job may do what it needs, and runs nobody else's code", () => {
  const workflow = runner.github();
  assert.deepEqual(workflow.permissions, {});
  const may = Object.entries(workflow.jobs).map(([name, job]) => [name, job.permissions]);
  assert.deepEqual(Object.fromEntries(may), { check: { contents: "read" }, site: { contents: "write" }, publish: { contents: "write" } });
  for (const [name, job] of /** @type {[string, any][]} */ (Object.entries(workflow.jobs))) {
    for (const step of job.steps) {
      if (step.uses) assert.match(step.uses, /^actions\/(checkout|upload-artifact)@[0-9a-f]{40}$/, name);
      // What a stranger wrote (a branch's name, an input) reaches a script as a variable only.
      else assert.doesNotMatch(step.run, /\$\{\{/, name);
      const secret = /secrets\./.test(JSON.stringify(step));
      assert.ok(!secret || (name === "publish" && job.environment === "publication"), `${name} sees a secret`);
      assert.notEqual(step["continue-on-error"], true);
    }
  }
  assert.match(runner.file(".github/workflows/register.yml"), /checkout@[0-9a-f]{40} # v\d+\.\d+\.\d+\n/);
});

test("jobs start when they should", () => {
  assert.deepEqual(runner.jobs({ event: "pull_request", ref: "refs/pull/1/merge" }), ["check"]);
  assert.deepEqual(runner.jobs({ event: "push" }), ["check", "site"]);
  assert.deepEqual(runner.jobs({ event: "schedule" }), ["publish"]);
  assert.deepEqual(runner.jobs({ event: "workflow_dispatch" }), ["publish"]);
  assert.deepEqual(runner.jobs({ event: "workflow_dispatch", ref: "refs/heads/other" }), []);
});

test("a change is checked, shown as a difference, and built for a look", () => {
  const done = runner.job("check", { event: "pull_request" });
  assert.ok(done.ok, done.log);
  assert.deepEqual(done.artifacts, ["preview", "difference.md"]);
  assert.match(done.summary, /AST-SC-\d{4}-00001/);
  assert.ok(existsSync(join(done.workspace, "preview/index.html")));
  const other = runner.gitlabJob("check", { event: "merge_request_event" });
  assert.ok(other.ok, other.log);
  assert.match(readFileSync(join(other.workspace, "difference.md"), "utf8"), /AST-SC-\d{4}-00001/);
});

test("a mistake in a record is an annotation on its line, and stops everything", () => {
  const record = RECORD();
  runner.commit((clone) => Runner.edit(clone, record, (text) => text.replace(/^expires = .*/m, "expires = 2026-02-30")), "a typo");
  const done = runner.job("check", { event: "pull_request" });
  assert.ok(!done.ok);
  assert.match(done.log, new RegExp(`^::error file=${record},line=\\d+`, "m"));
  const other = runner.gitlabJob("check", { event: "merge_request_event" });
  assert.ok(!other.ok);
  assert.match(other.log, new RegExp(record));
  assert.ok(!runner.job("publish", SCHEDULE).ok);
  assert.equal(runner.git("rev-parse", "--verify", "--quiet", "pages"), "");
  assert.equal(leaves(), 0);
});

test("each month an edition is sealed, the ledger committed, and the site published", () => {
  const done = runner.job("publish", SCHEDULE);
  assert.ok(done.ok, done.log);
  assert.ok(leaves() > 4);
  assert.equal(leaves("pages", "ledger/checkpoint"), leaves());
  const files = site();
  for (const path of ["index.html", ".nojekyll", ".well-known/did.json", "ledger/policy", "status/suspension-0.json"]) assert.ok(files.includes(path), `${path} is not published`);
  assert.equal(files.filter((path) => /^c\/.*\.json$/.test(path)).length, 3);
  assert.ok(!files.includes(".attestar-manifest"));
  // The keys are nowhere: not in the folder, not in the repository, not in the log.
  assert.deepEqual(readdirSync(join(done.workspace, "keys")).filter((name) => name.endsWith(".pem")), []);
  const secret = SECRETS.ATTESTAR_LOG_KEY.split("\n").at(-2) ?? "";
  assert.ok(secret.length > 20 && !done.log.includes(secret));
  assert.equal(runner.git("log", "--all", "--format=%h", `-S${secret}`), "");
  assert.equal(runner.git("diff", "--name-only", "main~1", "main").split("\n").filter((path) => !path.startsWith("ledger/")).length, 0);
  // The signed state is whole, as its own auditor says.
  const audited = run(done.workspace, ["attestar", "audit", "public"], { PATH: runner.path, HOME: work });
  assert.ok(audited.ok, audited.log);
});

test("the main branch shows what was sealed, and a record that changed since only after the next edition", () => {
  assert.ok(runner.job("publish", SCHEDULE).ok);
  const record = RECORD();
  const number = record.slice(record.lastIndexOf("/") + 1, -3);
  runner.commit((clone) => append(clone, record, "suspended"), "suspend");
  const difference = runner.job("check", { event: "push" });
  assert.ok(difference.ok, difference.log);
  assert.match(difference.summary, new RegExp(number));
  const before = runner.git("show", `pages:c/${number}.html`);
  const done = runner.job("site", { event: "push" });
  assert.ok(done.ok, done.log);
  assert.equal(runner.git("show", `pages:c/${number}.html`), before);
  const sealed = runner.job("publish", { ...SCHEDULE, event: "workflow_dispatch", inputs: { options: "--status-only" } });
  assert.ok(sealed.ok, sealed.log);
  assert.notEqual(runner.git("show", `pages:c/${number}.html`), before);
  assert.match(runner.git("show", "pages:status/detail/0000.json"), /"suspended"/);
});

test("an edition that waited its turn follows from the one that was sealed meanwhile", () => {
  const done = runner.job("publish", SCHEDULE, () => {
    const first = runner.job("publish", SCHEDULE);
    assert.ok(first.ok, first.log);
    runner.commit((clone) => append(clone, RECORD(), "suspended"), "suspend");
  });
  assert.ok(done.ok, done.log);
  const sizes = runner.git("ls-tree", "--name-only", "main", "ledger/checkpoints/").split("\n");
  assert.equal(sizes.length, 2);
});

test("where the ledger cannot be given back, nothing is published", () => {
  writeFileSync(join(runner.origin, "hooks/pre-receive"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  for (const done of [runner.job("publish", SCHEDULE), runner.gitlabJob("publish", SCHEDULE)]) {
    assert.ok(!done.ok);
    assert.deepEqual(readdirSync(join(done.workspace, "keys")).filter((name) => name.endsWith(".pem")), []);
  }
  assert.equal(runner.git("rev-parse", "--verify", "--quiet", "pages"), "");
});

test("encrypted keys open with the passphrase from the secrets", () => {
  const ours = "https://register.ours.test";
  runner.commit((clone) => Runner.edit(clone, "register.toml", (settings) => settings.replaceAll("https://register.example", ours)), "our own host");
  const env = { PATH: runner.path, HOME: work, ATTESTAR_PASSPHRASE: "correct horse battery staple" };
  const folder = join(work, "ceremony");
  for (const command of [["git", "clone", "--quiet", runner.origin, folder], ["attestar", "-C", folder, "key", "new"]]) {
    const made = run(work, command, env);
    assert.ok(made.ok, made.log);
  }
  assert.equal(run(folder, ["git", "status", "--short"], env).log, "", "git sees the keys");
  const text = (/** @type {string} */ role) => readFileSync(join(folder, `keys/${role}.pem`), "utf8").trimEnd();
  assert.match(text("issue"), /ENCRYPTED/);
  const secrets = { ATTESTAR_ISSUE_KEY: text("issue"), ATTESTAR_STATUS_KEY: text("status"), ATTESTAR_LOG_KEY: text("log") };
  const wrong = runner.job("publish", { event: "schedule", secrets: { ...secrets, ATTESTAR_PASSPHRASE: "wrong" } });
  assert.ok(!wrong.ok);
  assert.equal(leaves(), 0);
  const done = runner.job("publish", { event: "schedule", secrets: { ...secrets, ATTESTAR_PASSPHRASE: env.ATTESTAR_PASSPHRASE } });
  assert.ok(done.ok, done.log);
  assert.ok(leaves() > 4);
});

test("keys that an external signer keeps are in no secret", () => {
  const signer = fileURLToPath(new URL("signer.mjs", import.meta.url));
  const source = (/** @type {string} */ role) => `{ command = ["node", "${signer}", "${role}"], public = "${multikey(keyOf(`attestar demo ${role} key`))}" }`;
  const signing = `[signing]\nissue = ${source("issue")}\nlog = ${source("log")}\n`;
  runner.commit((clone) => Runner.edit(clone, "register.toml", (settings) => `${settings}\n${signing}`), "keys in hardware");
  for (const done of [runner.job("publish", { event: "schedule", secrets: {} }), runner.job("site", { event: "push" })]) assert.ok(done.ok, done.log);
  assert.ok(leaves() > 4);
});

test("GitLab seals, commits the ledger, and its pages follow", () => {
  const done = runner.gitlabJob("publish", SCHEDULE);
  assert.ok(done.ok, done.log);
  assert.ok(leaves() > 4);
  runner.commit((clone) => append(clone, RECORD(), "suspended"), "suspend");
  const sealed = runner.gitlabJob("publish", { ...SCHEDULE, event: "web", inputs: { OPTIONS: "--status-only" } });
  assert.ok(sealed.ok, sealed.log);
  const pages = runner.gitlabJob("pages", { event: "web" });
  assert.ok(pages.ok, pages.log);
  const checkpoint = readFileSync(join(pages.workspace, "public/ledger/checkpoint"), "utf8");
  assert.equal(Number(checkpoint.split("\n")[1]), leaves());
  assert.ok(existsSync(join(pages.workspace, "public/.well-known/did.json")));
});

test("a program that is not the one whose digest was noted is not run", () => {
  // A curl that fetches the program from this machine: a test has no network.
  const bin = join(work, "fetched");
  mkdirSync(bin);
  writeFileSync(join(bin, "curl"), '#!/bin/sh\nwhile test "$1" != --output; do shift; done\ncp "$3" "$2"\n', { mode: 0o755 });
  const bare = new Runner(work, runner.origin, `${bin}:${tools}`);
  const digest = createHash("sha256").update(readFileSync(program)).digest("hex");
  const vars = (/** @type {string} */ sha256) => ({ ATTESTAR_URL: program, ATTESTAR_SHA256: sha256 });
  for (const done of [bare.job("check", { event: "push", vars: vars(digest) }), bare.gitlabJob("check", { event: "push", vars: vars(digest) })]) assert.ok(done.ok, done.log);
  const other = vars("0".repeat(64));
  for (const done of [bare.job("check", { event: "push", vars: other }), bare.gitlabJob("check", { event: "push", vars: other })]) {
    assert.ok(!done.ok);
    assert.match(done.log, /is another one than ATTESTAR_SHA256 names/);
  }
  const without = bare.job("check", { event: "push" });
  assert.ok(!without.ok);
  assert.match(without.log, /see README\.md/);
});

test("a commit with a mistake is refused before it is made", () => {
  const env = { PATH: runner.path, HOME: work, LANG: "C.UTF-8" };
  const clone = join(work, "clone");
  assert.ok(run(work, ["git", "clone", "--quiet", runner.origin, clone], env).ok);
  const git = (/** @type {string[]} */ ...args) => run(clone, ["git", "-c", "user.name=clerk", "-c", "user.email=clerk@ci.invalid", ...args], env);
  git("config", "core.hooksPath", ".githooks");
  const record = RECORD();
  const good = readFileSync(join(clone, record), "utf8");
  const bad = good.replace(/^expires = .*/m, "expires = 2026-02-30");
  const write = (/** @type {string} */ text) => writeFileSync(join(clone, record), text);
  write(bad);
  git("add", "--all");
  const refused = git("commit", "--message", "a typo");
  assert.ok(!refused.ok);
  assert.match(refused.log, new RegExp(record));
  // What counts is what is committed: the mistake is staged still, whatever the folder has now.
  write(good);
  assert.ok(!git("commit", "--message", "a typo").ok);
  git("add", "--all");
  Runner.edit(clone, "register.toml", (text) => `${text}\n# a comment\n`);
  git("add", "--all");
  write(bad);
  const made = git("commit", "--message", "a comment");
  assert.ok(made.ok, made.log);
  assert.equal(git("status", "--short").log.trim(), `M ${record}`);
});

test("scripts can be run, and a shell without bash's words understands them", () => {
  for (const path of [".ci/get-attestar", ".ci/publish", ".ci/pages", ".githooks/pre-commit"]) {
    assert.match(runner.git("ls-tree", "main", path), /^100755 /, path);
    const script = join(work, "script");
    writeFileSync(script, runner.file(path));
    chmodSync(script, 0o755);
    const done = run(dirname(script), ["sh", "-n", script], { PATH: tools });
    assert.ok(done.ok, done.log);
  }
});
