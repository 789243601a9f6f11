// The attacks of docs/security.md on a published register, and which of the verifiers beside this
// file see each of them. A signature library alone does not see most of them: that is what the log
// is for. The log library alone does not know what a status is.

import { Site, canonical, keyOf, multikey, resigned, sha256, withBit } from "./forge.mjs";

/**
 * @typedef {import("./forge.mjs").Key} Key
 * @typedef {{ issue: Key, status: Key, log: Key }} Keys
 * @typedef {{ site: Site, earlier: Site, keys: Keys, suspended: number,
 *   superseded: number, valid: number, other: number }} Scene
 *   the site; as it was an edition earlier; the keys; serials: of a suspended certificate, of an old
 *   version, of two valid certificates
 * @typedef {{ name: string, does: (scene: Scene) => void, libraries: boolean, log: boolean,
 *   standards: RegExp, later?: boolean, since?: boolean }} Attack
 *   whether the signature libraries and the log library refuse it, and what register.py says;
 *   checked three months later; with a checkpoint remembered from before
 */

const LISTS = ["revocation-0.json", "suspension-0.json"];

/** @param {Site} site @param {number} serial */
const credential = (site, serial) => JSON.parse(site.credentials()[serial]);

/** Clears the bit of the suspended certificate. @param {Scene} scene */
const cleared = ({ site, suspended }) => withBit(site.json("status/suspension-0.json"), suspended, false);

/** did.json in its two places. @param {Site} site @param {any} document */
const writeDid = (site, document) => site.writeAll([site.didPath, "ledger/keys/did.json"], canonical(document));

/** @type {Attack[]} */
export const ATTACKS = [
  {
    name: "a level is raised in the entry",
    does({ site, valid }) {
      const entry = credential(site, valid);
      entry.credentialSubject.level.rank = 99;
      site.replaceCredential(valid, canonical(entry));
    },
    libraries: true, log: true, standards: /is not the logged one/,
  },
  {
    name: "the validity is prolonged in the entry",
    does({ site, valid }) {
      const entry = { ...credential(site, valid), validUntil: "2099-12-31T15:59:59Z" };
      site.replaceCredential(valid, canonical(entry));
    },
    libraries: true, log: true, standards: /is not the logged one/,
  },
  {
    name: "the host swaps the keys and signs everything anew",
    does({ site }) {
      const thief = keyOf("somebody else's key");
      const did = site.json(site.didPath);
      for (const method of did.verificationMethod) method.publicKeyMultibase = multikey(thief);
      writeDid(site, did);
      site.credentials().forEach((line, serial) => line && site.replaceCredential(serial, canonical(resigned(JSON.parse(line), thief))));
      for (const name of LISTS) site.writeList(name, canonical(resigned(site.json(`status/${name}`), thief)));
    },
    libraries: false, log: true, standards: /did\.json is not the published one/,
  },
  {
    name: "the host adds a key of its own",
    does({ site }) {
      const did = site.json(site.didPath);
      const id = `${did.id}#k2026-9`;
      did.verificationMethod.push({ controller: did.id, id, publicKeyMultibase: multikey(keyOf("somebody else's key")), type: "Multikey" });
      did.assertionMethod.push(id);
      writeDid(site, did);
    },
    libraries: false, log: true, standards: /did\.json is not the published one/,
  },
  {
    name: "a certificate is removed",
    does({ site, valid }) {
      site.remove(site.pathOf(credential(site, valid)));
    },
    libraries: false, log: false, standards: /its entry was removed/,
  },
  {
    name: "a certificate is removed from the ledger too",
    does({ site, valid }) {
      site.remove(site.pathOf(credential(site, valid)));
      site.writeCredentials(site.credentials().with(valid, ""));
    },
    libraries: false, log: true, standards: /is missing and was not erased/,
  },
  {
    name: "a back-dated certificate is signed with the real issue key and not logged",
    does({ site, keys, valid }) {
      const text = JSON.stringify(credential(site, valid));
      const number = credential(site, valid).credentialSubject.certificateNumber;
      const forged = JSON.parse(text.replaceAll(number, `${number}-9`).replaceAll(site.pathOf(JSON.parse(text)).slice(2, -5), "FORGED-9"));
      const entry = resigned({ ...forged, validFrom: "2020-01-01T00:00:00Z" }, keys.issue);
      site.write(site.pathOf(entry), canonical(entry));
    },
    libraries: false, log: false, standards: /is not in the log/,
  },
  {
    name: "a certificate is copied under the number of another",
    does({ site, valid, other }) {
      site.write(site.pathOf(credential(site, other)), site.credentials()[valid]);
    },
    libraries: false, log: false, standards: /is a copy of/,
  },
  {
    name: "an old version is served as the newest",
    does({ site, superseded }) {
      site.write(site.pathOf(credential(site, superseded)), site.credentials()[superseded]);
    },
    libraries: false, log: false, standards: /is an old version/,
  },
  {
    name: "a suspension is cleared without the key",
    does(scene) {
      scene.site.writeList("suspension-0.json", canonical(cleared(scene)));
    },
    libraries: true, log: true, standards: /suspension-0\.json is not the published one/,
  },
  {
    name: "a suspension is cleared and signed with the status key",
    does(scene) {
      scene.site.writeList("suspension-0.json", canonical(resigned(cleared(scene), scene.keys.status)));
    },
    libraries: false, log: true, standards: /suspension-0\.json is not the published one/,
  },
  {
    name: "a suspension is cleared, signed, and published by the log key",
    does(scene) {
      const { site, keys } = scene;
      const text = canonical(resigned(cleared(scene), keys.status));
      site.writeList("suspension-0.json", text);
      const leaves = site.leaves();
      const publish = JSON.parse(leaves.at(-1) ?? "");
      publish.lists["status/suspension-0.json"] = sha256(text).toString("hex");
      site.writeLog([...leaves, canonical(publish)], keys.log);
    },
    libraries: false, log: false, standards: /suspension bit of \d+ is not what the log says/,
  },
  {
    name: "the status lists are out of date",
    does() {},
    libraries: true, log: false, standards: /is out of date/, later: true,
  },
  {
    name: "the lists of an earlier edition are served again",
    does({ site, earlier }) {
      for (const name of LISTS) site.writeList(name, earlier.bytes(`status/${name}`).toString());
    },
    libraries: false, log: true, standards: /is not the published one/,
  },
  {
    name: "a leaf is edited in its bundle",
    does({ site }) {
      const leaves = site.leaves();
      const path = `ledger/tile/entries/000${site.size < 256 ? `.p/${site.size}` : ""}`;
      site.write(path, Buffer.from(site.bytes(path).toString("latin1").replace(/"sha256":"(.)/, (_, digit) => `"sha256":"${digit === "0" ? "1" : "0"}`), "latin1"));
      if (site.leaves().join() === leaves.join()) throw new Error("nothing was edited");
    },
    libraries: false, log: true, standards: /the leaves are not those of the checkpoint/,
  },
  {
    name: "a tile is damaged",
    does({ site }) {
      const path = `ledger/tile/0/000${site.size < 256 ? `.p/${site.size}` : ""}`;
      const tile = Buffer.from(site.bytes(path));
      tile[40] ^= 1;
      site.write(path, tile);
    },
    libraries: false, log: true, standards: /is not what the leaves make it/,
  },
  {
    name: "the checkpoint is signed with another key",
    does({ site }) {
      site.writeLog(site.leaves(), keyOf("somebody else's key"));
    },
    libraries: false, log: true, standards: /not signed by/,
  },
  {
    name: "an entry is in the log twice over: a second history of the same size",
    does({ site, keys }) {
      const leaves = site.leaves();
      const publish = JSON.parse(leaves.at(-1) ?? "");
      site.writeLog([...leaves.slice(0, -1), canonical({ ...publish, type: publish.type === "full" ? "status" : "full" })], keys.log);
    },
    libraries: false, log: true, standards: /another history/, since: true,
  },
  {
    name: "a member is there twice in an entry",
    does({ site, valid }) {
      const line = site.credentials()[valid];
      site.replaceCredential(valid, line.replace('"credentialSubject":{', '"credentialSubject":{"certificateNumber":"FORGED",'));
    },
    libraries: false, log: true, standards: /is not the logged one/,
  },
];

/** The register as it was: nothing in it is forged, and it is older than what was seen. @type {Attack} */
export const ROLLBACK = {
  name: "the whole register is rolled back to an earlier edition",
  does() {},
  libraries: false, log: true, standards: /the log was longer once/, since: true,
};
