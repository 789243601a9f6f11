// @ts-check
// The evidence file of a certificate: all that its check was made from, in one file that `attestar
// verify` takes without a network, years later. Loaded when it is asked for.

import { base64, canonical, parse, textOf } from "./proof.js";
import { entriesOf, merkle, openTree, tilePath } from "./tlog.js";

/** @typedef {import("./proof.js").Bytes} Bytes */
/** @typedef {Awaited<ReturnType<typeof openTree>>} Tree */

/** The hash over the leaves from `from` to before `to`, which are a subtree. @type {(tree: Tree, from: number, to: number) => Promise<Bytes>} */
async function over(tree, from, to) {
  let [level, unit] = [0, 1];
  for (; unit * 256 <= to - from; unit *= 256) level += 1;
  const [first, end] = [from / unit, Math.floor(to / unit)];
  const row = tree.row(level, Math.floor(first / 256)).slice(first % 256, (first % 256) + end - first);
  const rest = end * unit < to ? [await over(tree, end * unit, to)] : [];
  return (await merkle([...row, ...rest]))[0];
}

/**
 * The siblings of a leaf, leaf side first (RFC 9162, 2.1.3.1).
 * @type {(tree: Tree, leaf: number, from?: number, to?: number) => Promise<Bytes[]>}
 */
export async function inclusion(tree, leaf, from = 0, to = tree.size) {
  if (to - from === 1) return [];
  let half = 1;
  while (half * 2 < to - from) half *= 2;
  const middle = from + half;
  return leaf < middle ? [...(await inclusion(tree, leaf, from, middle)), await over(tree, middle, to)] : [...(await inclusion(tree, leaf, middle, to)), await over(tree, from, middle)];
}

/**
 * The evidence file's text. `statuses` are the leaves of the number's changes of status, as its page
 * names them: those that are another's are left out.
 * @param {import("./verify.js").Report} report @param {number[]} statuses @param {Date} now @param {string} [on] the day asked about
 */
export async function evidenceOf(report, statuses, now, on) {
  const { question, files, get, checkpoint, credential, leaf } = report;
  const note = textOf(files.checkpoint);
  const tree = await openTree(checkpoint, [question.leaf, ...statuses], 0, get);
  const proof = async (/** @type {number} */ index, /** @type {Bytes} */ bytes) => {
    const path = await inclusion(tree, index);
    return ["c2sp.org/tlog-proof@v1", `extra ${base64(bytes)}`, `index ${index}`, ...path.map(base64), "", note].join("\n");
  };
  const entryOf = async (/** @type {number} */ index) => {
    const tile = Math.floor(index / 256);
    const count = Math.min(256, tree.size - 256 * tile);
    return entriesOf(await get(tilePath("entries", tile, count)), count)[index % 256];
  };
  const status = [];
  for (const index of statuses) {
    const bytes = await entryOf(index);
    const { kind, id } = parse(bytes);
    if (kind === "status" && id === leaf.id) status.push(await proof(index, bytes));
  }
  return canonical({
    asked: { number: credential.credentialSubject.certificateNumber, ...(on && { on }), time: `${now.toISOString().slice(0, 19)}Z` },
    checkpoint: note,
    credential,
    did: parse(files.did),
    kind: "attestar-evidence",
    leaves: { issue: await proof(question.leaf, report.leafBytes), publish: await proof(tree.size - 1, tree.bundle[tree.bundle.length - 1]), status },
    lists: [parse(files.revocation), parse(files.suspension)],
    policy: textOf(files.policy),
    v: 1,
  });
}
