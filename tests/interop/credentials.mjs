// Checks the credentials and status lists of a published register with the libraries of Digital
// Bazaar. Nothing here knows how Attestar makes them: only where a did:web document and the files
// of a register are. `node tests/interop/credentials.mjs SITE [--now TIME]` prints what it found.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { fileURLToPath } from "node:url";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { createVerifyCryptosuite } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import { defaultDocumentLoader, verifyCredential } from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import jsonld from "jsonld";
import jsigs from "jsonld-signatures";

const MULTIKEY = "https://w3id.org/security/multikey/v1";

/**
 * @typedef {{ verified: boolean, error: string, revoked: boolean, suspended: boolean }} Outcome
 * @typedef {{ did: string, base: string, asked: Set<string>, outside: Set<string>,
 *   load: (url: string) => Promise<any> }} Register
 */

/** A register's files, by the addresses that they have when published. @param {string} folder @returns {Register} */
function open(folder) {
  const path = [".well-known/did.json", "did.json"].find((path) => existsSync(join(folder, path)));
  if (!path) throw new Error(`${folder} has no did.json`);
  const document = JSON.parse(readFileSync(join(folder, path), "utf8"));
  const did = document.id;
  // did:web: the host, its port behind %3A, then the folders of a path.
  const [host, ...below] = did.slice("did:web:".length).split(":").map(decodeURIComponent);
  const scheme = /^localhost(:|$)/.test(host) ? "http" : "https";
  const base = [`${scheme}://${host}`, ...below].join("/");
  const methods = new Map(document.verificationMethod.map((/** @type {any} */ method) => [method.id, method]));
  const asked = new Set();
  const outside = new Set();
  /** @param {string} url */
  async function load(url) {
    asked.add(url);
    const answer = (/** @type {unknown} */ document) => ({ contextUrl: null, documentUrl: url, document });
    if (url === did) return answer(document);
    if (methods.has(url)) return answer({ "@context": MULTIKEY, ...methods.get(url) });
    if (url.startsWith(`${base}/`)) return answer(JSON.parse(readFileSync(join(folder, url.slice(base.length + 1)), "utf8")));
    outside.add(url);
    return defaultDocumentLoader(url);
  }
  return { did, base, asked, outside, load };
}

/** @param {any} error @returns {string} */
function words(error) {
  const causes = [...(error?.errors ?? []), ...(error?.cause ? [error.cause] : [])];
  return [error?.message ?? "", ...causes.map(words)].filter(Boolean).join("; ");
}

const suite = new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() });

/**
 * What the library says of one credential. `now` is for its own validity; its lists are compared
 * with the machine's clock, which the library does not let go of.
 * @param {Register} register @param {any} credential @param {string | Date} now @returns {Promise<Outcome>}
 */
async function outcome(register, credential, now) {
  const result = /** @type {any} */ (await verifyCredential({ credential, suite, now, checkStatus, documentLoader: register.load }));
  const error = words(result.error) || words(result.statusResult?.error);
  // `verified` stays true for a revoked credential: the bits have to be looked at.
  const bit = (/** @type {string} */ purpose) =>
    Boolean(result.statusResult?.results?.find((/** @type {any} */ one) => one.credentialStatus.statusPurpose === purpose)?.status);
  return { verified: result.verified, error, revoked: bit("revocation"), suspended: bit("suspension") };
}

/** The files of a folder, in order; none where it is not there. @param {string} folder @param {string} ending */
const filesIn = (folder, ending) => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)).sort() : []);

/** All credentials ever sealed, by serial; those erased are undefined. @param {string} folder */
export function sealed(folder) {
  const at = join(folder, "ledger/credentials");
  const lines = filesIn(at, ".jsonl").flatMap((name) => readFileSync(join(at, name), "utf8").split("\n").slice(0, -1));
  return lines.map((line) => (line ? JSON.parse(line) : undefined));
}

/**
 * Everything in a register, as the libraries see it at the time `now`.
 * @param {string} folder @param {Date} now
 */
export async function verifySite(folder, now) {
  mock.timers.enable({ apis: ["Date"], now });
  try {
    const register = open(folder);
    /** @type {Map<string, Outcome>} */
    const lists = new Map();
    for (const name of filesIn(join(folder, "status"), ".json")) {
      const list = JSON.parse(readFileSync(join(folder, "status", name), "utf8"));
      lists.set(name, await outcome(register, list, now));
    }
    /** @type {(Outcome | undefined)[]} */
    const serials = [];
    for (const credential of sealed(folder)) {
      // Within its own time, so that what has ended is checked too.
      serials.push(credential && (await outcome(register, credential, new Date(credential.validFrom))));
    }
    /** @type {Map<string, Outcome>} */
    const current = new Map();
    for (const name of filesIn(join(folder, "c"), ".json")) {
      const credential = JSON.parse(readFileSync(join(folder, "c", name), "utf8"));
      current.set(name, await outcome(register, credential, now));
    }
    return { ...register, lists, serials, current };
  } finally {
    mock.timers.reset();
  }
}

/**
 * What is wrong with a register, as far as these libraries can tell: signatures, keys, lists.
 * @param {Awaited<ReturnType<typeof verifySite>>} site
 */
export function problems(site) {
  const failed = (/** @type {string} */ what, /** @type {Outcome | undefined} */ one) => (one && !one.verified ? [`${what}: ${one.error}`] : []);
  const outOfTime = /is (before|after) /;
  return [
    ...[...site.lists].flatMap(([name, one]) => failed(`status/${name}`, one)),
    ...site.serials.flatMap((one, serial) => failed(`serial ${serial}`, one)),
    ...[...site.current].flatMap(([name, one]) => (outOfTime.test(one.error) ? [] : failed(`c/${name}`, one))),
  ];
}

/**
 * Terms of a register's documents that its contexts do not define: software that signs or keeps
 * JSON-LD would drop or refuse them. Empty, where all is well.
 * @param {string} folder
 */
export async function undefinedTerms(folder) {
  const register = open(folder);
  const lists = filesIn(join(folder, "status"), ".json").map((name) => JSON.parse(readFileSync(join(folder, "status", name), "utf8")));
  const found = [];
  for (const document of [...lists, ...sealed(folder).filter(Boolean)]) {
    try {
      await jsonld.expand(document, { safe: true, documentLoader: register.load });
    } catch (error) {
      found.push(`${document.id}: ${words(error)} ${JSON.stringify(/** @type {any} */ (error).details?.event?.details ?? "")}`);
    }
  }
  return found;
}

/** One credential beside its register, such as the one of an evidence file. @param {string} folder @param {any} credential @param {Date} now */
export async function verifyOne(folder, credential, now) {
  mock.timers.enable({ apis: ["Date"], now });
  try {
    return await outcome(open(folder), credential, now);
  } finally {
    mock.timers.reset();
  }
}

/** The published test vector of the cryptosuite, so that the library itself is known to work. @param {any} signed @param {any} method */
export async function verifyVector(signed, method) {
  const load = async (/** @type {string} */ url) => {
    if (url === method.id) return { contextUrl: null, documentUrl: url, document: method };
    return defaultDocumentLoader(url);
  };
  const controller = { "@context": "https://www.w3.org/ns/did/v1", id: method.controller, assertionMethod: [method.id] };
  const purpose = new jsigs.purposes.AssertionProofPurpose({ controller });
  return jsigs.verify(signed, { suite, purpose, documentLoader: load });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, flag, time] = process.argv.slice(2);
  const site = await verifySite(folder, flag === "--now" ? new Date(time) : new Date());
  const found = problems(site);
  for (const problem of found) console.log(problem);
  console.log(`${site.serials.filter(Boolean).length} credentials, ${site.lists.size} status lists, ${found.length} problems`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
