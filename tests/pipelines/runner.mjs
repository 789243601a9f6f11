// Runs the pipelines that `attestar init` writes, step by step and as they are written, without
// GitHub and GitLab: the scripts run in a shell with the variables that the runners would set.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";

/**
 * @typedef {{ vars?: Record<string, string>, secrets?: Record<string, string>, inputs?: Record<string, string>,
 *   event: string, ref?: string, env?: Record<string, string> }} Event
 * @typedef {{ ok: boolean, log: string, summary: string, workspace: string, artifacts: string[] }} Run
 */

/** Only what a runner has: nothing of ours leaks in. @param {string} home @param {string} path */
function environment(home, path) {
  return { HOME: home, PATH: path, LANG: "C.UTF-8", NO_COLOR: "1", GIT_CONFIG_NOSYSTEM: "1" };
}

/** @param {string} cwd @param {string[]} command @param {Record<string, string>} env */
export function run(cwd, command, env) {
  const done = spawnSync(command[0], command.slice(1), { cwd, env, encoding: "utf8" });
  return { ok: done.status === 0, status: done.status, log: `${done.stdout}${done.stderr}${done.error ?? ""}` };
}

/** The expressions that our workflow uses. @param {string} text @param {Event} event */
function evaluate(text, event) {
  const github = { event_name: event.event, ref: event.ref ?? "refs/heads/main" };
  const known = { github, vars: event.vars ?? {}, secrets: event.secrets ?? {}, inputs: event.inputs ?? {} };
  const script = text.replaceAll(/\b(github|vars|secrets|inputs)\.(\w+)/g, (_, group, name) => JSON.stringify(/** @type {any} */ (known)[group][name] ?? ""));
  if (/[a-z_]\w*\s*[.(]/i.test(script.replaceAll(/"[^"]*"|'[^']*'/g, ""))) throw new Error(`not known here: ${text}`);
  return Function(`return (${script})`)();
}

/** @param {unknown} text @param {Event} event */
const expanded = (text, event) => String(text).replaceAll(/\$\{\{(.*?)\}\}/g, (_, inner) => String(evaluate(inner, event)));

/** @param {Record<string, unknown> | undefined} env @param {Event} event */
const variables = (env, event) => Object.fromEntries(Object.entries(env ?? {}).map(([name, value]) => [name, expanded(value, event)]));

/** A register's repository, with the program in PATH or not. */
export class Runner {
  /** @param {string} work @param {string} origin @param {string} path */
  constructor(work, origin, path) {
    Object.assign(this, { work, origin, path });
    this.work = work;
    this.origin = origin;
    this.path = path;
  }

  /** A clone, as a runner makes it. @param {boolean} whole */
  #checkout(whole) {
    const workspace = mkdtempSync(join(this.work, "workspace-"));
    const env = environment(this.work, this.path);
    const depth = whole ? [] : ["--depth", "1"];
    const done = run(this.work, ["git", "clone", "--quiet", ...depth, `file://${this.origin}`, workspace], env);
    if (!done.ok) throw new Error(done.log);
    return workspace;
  }

  /** The workflow of GitHub Actions. @returns {any} */
  github() {
    return parse(this.file(".github/workflows/register.yml"));
  }

  /** The pipeline of GitLab. @returns {any} */
  gitlab() {
    return parse(this.file(".gitlab-ci.yml"));
  }

  /** @param {string} path */
  file(path) {
    const done = run(this.origin, ["git", "show", `main:${path}`], environment(this.work, this.path));
    if (!done.ok) throw new Error(done.log);
    return done.log;
  }

  /** The jobs that an event starts. @param {Event} event */
  jobs(event) {
    const { jobs } = this.github();
    return Object.keys(jobs).filter((name) => !jobs[name].if || evaluate(jobs[name].if, event));
  }

  /** One job of the workflow; `meanwhile` happens after its checkout. @param {string} name @param {Event} event @param {() => void} meanwhile @returns {Run} */
  job(name, event, meanwhile = () => {}) {
    const workflow = this.github();
    const job = workflow.jobs[name];
    const temp = mkdtempSync(join(this.work, "temp-"));
    const files = { GITHUB_PATH: join(temp, "path"), GITHUB_STEP_SUMMARY: join(temp, "summary") };
    for (const file of Object.values(files)) writeFileSync(file, "");
    /** @type {Run} */
    const result = { ok: true, log: "", summary: "", workspace: "", artifacts: [] };
    for (const step of job.steps) {
      if (step.uses?.startsWith("actions/checkout@")) {
        result.workspace = this.#checkout(step.with?.["fetch-depth"] === 0);
        meanwhile();
      } else if (step.uses?.startsWith("actions/upload-artifact@")) {
        result.artifacts.push(...step.with.path.trim().split(/\s+/));
      } else {
        const added = readFileSync(files.GITHUB_PATH, "utf8").split("\n").filter(Boolean).reverse();
        const env = { ...environment(temp, [...added, this.path].join(":")), ...files, RUNNER_TEMP: temp, CI: "true", ...event.env, ...variables(workflow.env, event), ...variables(job.env, event), ...variables(step.env, event) };
        const script = join(temp, "step.sh");
        writeFileSync(script, step.run);
        const done = run(result.workspace, ["bash", "--noprofile", "--norc", "-eo", "pipefail", script], env);
        result.log += done.log;
        if (!done.ok) return { ...result, ok: false, summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8") };
      }
    }
    return { ...result, ...this.#kept(result), summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8") };
  }

  /** One job of the GitLab pipeline. @param {string} name @param {Event} event @returns {Run} */
  gitlabJob(name, event) {
    const pipeline = this.gitlab();
    const job = pipeline[name];
    const workspace = this.#checkout(job.variables?.GIT_DEPTH === "0");
    const temp = mkdtempSync(join(this.work, "temp-"));
    const detached = run(workspace, ["git", "checkout", "--quiet", "--detach"], environment(temp, this.path));
    if (!detached.ok) throw new Error(detached.log);
    const env = { ...environment(temp, this.path), CI: "true", CI_DEFAULT_BRANCH: "main", CI_COMMIT_BRANCH: "main", CI_PIPELINE_SOURCE: event.event, ...event.vars, ...job.variables, ...event.secrets, ...event.inputs, ...event.env };
    const script = join(temp, "job.sh");
    writeFileSync(script, [...pipeline.default.before_script, ...job.script].join("\n"));
    const done = run(workspace, ["bash", "--noprofile", "--norc", "-eo", "pipefail", script], env);
    const result = { ok: done.ok, log: done.log, summary: "", workspace, artifacts: job.artifacts?.paths ?? [] };
    return done.ok ? { ...result, ...this.#kept(result) } : result;
  }

  /** What a job keeps must be there. @param {Run} result */
  #kept({ log, workspace, artifacts }) {
    const missing = artifacts.filter((path) => !existsSync(join(workspace, path)));
    return missing.length > 0 ? { ok: false, log: `${log}\nnot there to be kept: ${missing}` } : {};
  }

  /** Changes the repository as a clerk does. @param {(clone: string) => void} change @param {string} message */
  commit(change, message) {
    const clone = this.#checkout(true);
    change(clone);
    const env = environment(this.work, this.path);
    const git = (/** @type {string[]} */ ...args) => {
      const done = run(clone, ["git", "-c", "user.name=clerk", "-c", "user.email=clerk@ci.invalid", ...args], env);
      if (!done.ok) throw new Error(done.log);
    };
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    git("push", "--quiet", "origin", "HEAD:main");
    rmSync(clone, { recursive: true });
  }

  /** What git says of the repository. @param {string[]} args */
  git(...args) {
    const done = run(this.origin, ["git", ...args], environment(this.work, this.path));
    return done.ok ? done.log.trimEnd() : "";
  }

  /** @param {string} clone @param {string} path @param {(text: string) => string} change */
  static edit(clone, path, change) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    const before = existsSync(join(clone, path)) ? readFileSync(join(clone, path), "utf8") : "";
    writeFileSync(join(clone, path), change(before));
  }
}
