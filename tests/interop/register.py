"""Checks a published register from the standards alone, with the cryptography of OpenSSL.

    python3 register.py site     SITE --log-key VKEY [--log-key FORMER] [--now TIME] [--since NOTE]
    python3 register.py evidence FILE --log-key VKEY [--now TIME]
    python3 register.py qr       TEXT --issue-key MULTIKEY

Written from: W3C VC Data Integrity and vc-di-eddsa (eddsa-jcs-2022), Bitstring Status List, RFC 8785
(with the package rfc8785), RFC 8032 (with the package cryptography), RFC 6962, RFC 1952, C2SP
signed-note, tlog-checkpoint, tlog-tiles and tlog-proof, RFC 9052 and 8392 (with the package cwt).
Nothing of Attestar's own code is used. Prints what holds and exits with 0, or what does not and 1.
"""

import argparse
import base64
import hashlib
import json
import struct
import sys
import unicodedata
import zlib
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VC = "https://www.w3.org/ns/credentials/v2"
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Refused(Exception):
    """What does not hold."""


def need(holds, what):
    if not holds:
        raise Refused(what)


def sha256(data):
    return hashlib.sha256(data).digest()


# ── JSON, multibase, Ed25519 ────────────────────────────────────────────────────────────────────


def members(pairs):
    names = [name for name, _ in pairs]
    need(len(names) == len(set(names)), f"a member is there twice: {names}")
    return dict(pairs)


def read(data, what):
    """JSON that is its own canonical form (RFC 8785), in Unicode's form NFC, every member once."""
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=members)
        canonical = rfc8785.dumps(value)
    except ValueError as error:
        raise Refused(f"{what}: {error}") from error
    need(canonical == data, f"{what} is not in canonical form")
    need(unicodedata.is_normalized("NFC", text), f"{what} is not in NFC")
    return value


def base58(text):
    need(text[:1] == "z", f"not base58btc: {text!r}")
    number = 0
    for letter in text[1:]:
        need(letter in DIGITS, f"not base58btc: {text!r}")
        number = number * 58 + DIGITS.index(letter)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(text):
    data = base58(text)
    need(data[:2] == b"\xed\x01" and len(data) == 34, f"no Ed25519 Multikey: {text}")
    return data[2:]


def verify(public, signature, message, what):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Refused(f"{what}: the signature is wrong") from error


# ── Documents: did:web, Data Integrity, status lists ────────────────────────────────────────────


def keys_of(did):
    """The keys that may sign, by their ids."""
    keys = {}
    for method in did["verificationMethod"]:
        need(method["type"] == "Multikey" and method["controller"] == did["id"], "did.json: a method of somebody else")
        need(method["id"].startswith(did["id"] + "#"), "did.json: a method of somebody else")
        keys[method["id"]] = multikey(method["publicKeyMultibase"])
    return {id: keys[id] for id in did["assertionMethod"]}


def secured(document, keys, issuer, what):
    """vc-di-eddsa 3.3.2: one proof, over the digests of its options and of the document."""
    need(document.get("@context", [None])[0] == VC, f"{what}: not a credential of version 2")
    need(document.get("issuer") == issuer, f"{what}: from another issuer")
    options = dict(document["proof"])
    value = base58(options.pop("proofValue"))
    expected = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod"}
    need(expected.items() <= options.items() and options["@context"] == document["@context"], f"{what}: another kind of proof")
    need(options["verificationMethod"] in keys, f"{what}: {options['verificationMethod']} is no key of the issuer")
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    message = sha256(rfc8785.dumps(options)) + sha256(rfc8785.dumps(unsecured))
    verify(keys[options["verificationMethod"]], value, message, what)


def bits_of(document, what):
    subject = document["credentialSubject"]
    need(document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"], f"{what}: no status list")
    need(subject["type"] == "BitstringStatusList" and subject["encodedList"][:1] == "u", f"{what}: no status list")
    packed = subject["encodedList"][1:]
    unpacker = zlib.decompressobj(wbits=31)
    bits = unpacker.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), 1 << 20)
    need(unpacker.eof and len(bits) == 16384, f"{what}: not 131072 bits")
    return bits


def bit(bits, index):
    return bool(bits[index >> 3] & (0x80 >> (index & 7)))


# ── The log: RFC 6962, C2SP notes, tiles, proofs ────────────────────────────────────────────────


def leaf_hash(leaf):
    return sha256(b"\0" + leaf)


def node(left, right):
    return sha256(b"\1" + left + right)


def root(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"")
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node(root(hashes[:split]), root(hashes[split:]))


def included(hash, index, size, path):
    """RFC 9162, 2.1.3.2."""
    need(0 <= index < size, "an index outside the tree")
    at, last = index, size - 1
    for sibling in path:
        need(last > 0, "a proof that is too long")
        if at & 1 or at == last:
            hash = node(sibling, hash)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            hash = node(hash, sibling)
        at, last = at >> 1, last >> 1
    need(last == 0, "a proof that is too short")
    return hash


def verifier_key(text):
    name, id, key = text.split("+", 2)
    key = base64.b64decode(key, validate=True)
    need(key[:1] == b"\x01" and len(key) == 33, "no Ed25519 verifier key")
    need(bytes.fromhex(id) == sha256(name.encode() + b"\n" + key)[:4], "a verifier key with a wrong id")
    return name, bytes.fromhex(id), key[1:]


def checkpoint(data, vkeys, what):
    """C2SP signed-note and tlog-checkpoint: size and root, once a key of the log has signed them."""
    known = [verifier_key(vkey) for vkey in vkeys]
    name = known[0][0]
    text, blank, signatures = data.decode("utf-8").rpartition("\n\n")
    text += "\n"
    need(blank and signatures.endswith("\n"), f"{what}: no signed note")
    ours = []
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        need(dash == "\u2014", f"{what}: no signature line: {line}")
        signature = base64.b64decode(signature, validate=True)
        for key in [key for of, id, key in known if (of, id) == (signer, signature[:4])]:
            verify(key, signature[4:], text.encode(), what)
            ours.append(signer)
    need(ours, f"{what}: not signed by {name}")
    origin, size, hash, end = text.split("\n")
    need(origin == name and end == "" and str(int(size)) == size, f"{what}: no checkpoint of {name}")
    return int(size), base64.b64decode(hash, validate=True)


def tile_path(level, index, width):
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return f"ledger/tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < 256 else "")


def proof(text, vkeys):
    """C2SP tlog-proof: the leaf that it carries, its index, and the tree, once it is included."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    need(lines[0] == "c2sp.org/tlog-proof@v1", "no tlog-proof")
    need(lines[1].startswith("extra ") and lines[2].startswith("index "), "no tlog-proof with a leaf")
    leaf = base64.b64decode(lines[1][6:], validate=True)
    index = int(lines[2][6:])
    size, hash = checkpoint(note.encode(), vkeys, "the proof's checkpoint")
    path = [base64.b64decode(line, validate=True) for line in lines[3:]]
    need(included(leaf_hash(leaf), index, size, path) == hash, f"leaf {index} is not in the log")
    return read(leaf, f"leaf {index}"), index, size


# ── A whole register ────────────────────────────────────────────────────────────────────────────

MEMBERS = {
    "issue": "id kind sha256 time v",
    "amend": "id kind prev sha256 time v",
    "status": "date id kind status time v",
    "key": "action key kind time use v vm",
    "publish": "did edition kind lists next policy time type v",
    "erase": "id kind time v",
}


class Site:
    def __init__(self, folder):
        self.folder = Path(folder)

    def bytes(self, path):
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise Refused(f"{path} is not there") from error

    def names(self, folder, pattern="*"):
        return sorted(path.relative_to(self.folder).as_posix() for path in (self.folder / folder).glob(pattern))

    def leaves(self, size):
        leaves = []
        for first in range(0, size, 256):
            width = min(256, size - first)
            path = tile_path("entries", first // 256, width)
            data, at = self.bytes(path), 0
            for _ in range(width):
                (length,) = struct.unpack_from(">H", data, at)
                leaves.append(data[at + 2 : at + 2 + length])
                at += 2 + length
            need(at == len(data), f"{path}: not {width} leaves")
        return leaves

    def check_tiles(self, hashes):
        level = 0
        while hashes:
            for first in range(0, len(hashes), 256):
                part = hashes[first : first + 256]
                path = tile_path(level, first // 256, len(part))
                need(self.bytes(path) == b"".join(part), f"{path} is not what the leaves make it")
            hashes = [root(hashes[first : first + 256]) for first in range(0, len(hashes) - 255, 256)]
            level += 1

    def credentials(self):
        lines = []
        files = self.names("ledger/credentials", "*.jsonl")
        for number, path in enumerate(files):
            need(path == f"ledger/credentials/{number:04}.jsonl", f"{path}: a file is missing before it")
            part = self.bytes(path).split(b"\n")
            need(part.pop() == b"", f"{path} does not end with a line's end")
            need(len(part) <= 1000 and (len(part) == 1000 or path == files[-1]), f"{path}: not 1000 lines")
            lines += part
        return lines


def check_leaves(leaves):
    """The rules of the sequence; what the leaves say of each number, key and serial."""
    time, said = "", []
    for index, data in enumerate(leaves):
        leaf = read(data, f"leaf {index}")
        names = set(leaf) - ({"reason"} if leaf.get("kind") == "status" else set())
        need(" ".join(sorted(names)) == MEMBERS.get(leaf.get("kind")) and leaf["v"] == 1, f"leaf {index}: unknown form")
        need(leaf["time"] >= time, f"leaf {index} is older than the one before")
        time = leaf["time"]
        said.append(leaf)
    need(said and said[0]["kind"] == "key" and said[0]["action"] == "add", "the first leaf adds no key")
    need(said[-1]["kind"] == "publish", "the last leaf publishes nothing")
    return said


def status_on(said, number, day):
    """What the status leaves say of a number on a day: the last in order of their dates."""
    changes = [leaf for leaf in said if leaf["kind"] == "status" and leaf["id"] == number and leaf["date"] <= day]
    return max(enumerate(changes), key=lambda one: (one[1]["date"], one[0]))[1]["status"] if changes else "valid"


def check_site(site, vkeys, now, since):
    size, hash = checkpoint(site.bytes("ledger/checkpoint"), vkeys, "ledger/checkpoint")
    leaves = site.leaves(size)
    hashes = [leaf_hash(leaf) for leaf in leaves]
    need(root(hashes) == hash, "the leaves are not those of the checkpoint")
    site.check_tiles(hashes)
    archived = site.names("ledger/checkpoints")
    need(f"ledger/checkpoints/{size}" in archived, "the checkpoint is not archived")
    remembered = [(path, site.bytes(path)) for path in archived]
    if since:
        remembered.append(("the remembered checkpoint", Path(since).read_bytes()))
    for path, note in remembered:
        old, old_hash = checkpoint(note, vkeys, path)
        need(old <= size, f"{path}: the log was longer once")
        need(root(hashes[:old]) == old_hash, f"{path}: another history")
    said = check_leaves(leaves)

    last = said[-1]
    where = ".well-known/did.json" if (site.folder / ".well-known/did.json").exists() else "did.json"
    for path in (where, "ledger/keys/did.json"):
        need(sha256(site.bytes(path)).hex() == last["did"], f"{path} is not the published one")
    need(sha256(site.bytes("ledger/policy")).hex() == last["policy"], "ledger/policy is not the published one")
    did = read(site.bytes(where), where)
    keys = keys_of(did)
    logged = {}
    for leaf in said:
        if leaf["kind"] == "key":
            logged[leaf["vm"]] = (leaf["key"], leaf["action"])
    for id, key in keys.items():
        need(id in logged and multikey(logged[id][0]) == key and logged[id][1] != "revoke", f"{id} is in no leaf")

    bits = {}
    for path, digest in last["lists"].items():
        for copy in (path, f"ledger/{path}"):
            need(sha256(site.bytes(copy)).hex() == digest, f"{copy} is not the published one")
        document = read(site.bytes(path), path)
        secured(document, keys, did["id"], path)
        need(document["validUntil"] == last["next"], f"{path}: another end than the edition's")
        need(not now or document["validFrom"] <= now <= document["validUntil"], f"{path} is out of date")
        bits[path.removeprefix("status/").removesuffix(".json")] = bits_of(document, path)
    need(not now or now <= last["next"], "the next edition is overdue")

    newest, serials = check_credentials(site, said, keys, did, leaves, size, hash, hashes)
    check_status(site, said, bits, newest, serials)
    return f"{size} leaves, {len(archived)} checkpoints, {len(serials)} credentials, {len(bits)} status lists hold"


def check_credentials(site, said, keys, did, leaves, size, hash, hashes):
    lines = site.credentials()
    indexes = b"".join(site.bytes(path) for path in site.names("ledger/index"))
    erased = {leaf["id"] for leaf in said if leaf["kind"] == "erase"}
    issues = [(index, leaf) for index, leaf in enumerate(said) if leaf["kind"] in ("issue", "amend")]
    need(len(lines) == len(issues) and len(indexes) == 4 * len(lines), "not as many credentials as leaves of some")
    newest, digests, served = {}, {}, {}
    for serial, (index, leaf) in enumerate(issues):
        number = leaf["id"]
        need(struct.unpack_from(">I", indexes, 4 * serial)[0] == index, f"ledger/index: another leaf for {serial}")
        need((leaf["kind"] == "amend") == (number in digests), f"leaf {index}: a second issue, or an amendment of nothing")
        need(leaf.get("prev") == digests.get(number), f"leaf {index} amends another version")
        digests[number], newest[number] = leaf["sha256"], serial
        if not lines[serial]:
            need(number in erased, f"{number}: a credential is missing and was not erased")
            continue
        need(sha256(lines[serial]).hex() == leaf["sha256"], f"{number}: credential {serial} is not the logged one")
        document = read(lines[serial], f"credential {serial}")
        secured(document, keys, did["id"], f"credential {serial}")
        entries = {entry["statusPurpose"]: entry for entry in document["credentialStatus"]}
        need(set(entries) == {"revocation", "suspension"}, f"credential {serial}: not two status entries")
        for purpose, entry in entries.items():
            need(entry["statusListIndex"] == str(serial % 131072), f"credential {serial}: the index of another")
            need(entry["statusListCredential"].endswith(f"/status/{purpose}-{serial // 131072}.json"), f"credential {serial}: another list")
        served[lines[serial]] = document["id"], serial
        path = [] if size == 1 else prove(hashes, index)
        need(included(leaf_hash(leaves[index]), index, size, path) == hash, f"leaf {index}: its proof does not hold")
    check_served(site, newest, erased, served, did)
    return newest, issues


def check_served(site, newest, erased, served, did):
    """c/ has the newest credential of every number, at its own address, and nothing else."""
    base = "://" + "/".join(did["id"].removeprefix("did:web:").split(":")).replace("%3A", ":")
    seen = set()
    for path in site.names("c", "*.json"):
        data = site.bytes(path)
        id = read(data, path)["id"]
        need(id.endswith(f"{base}/{path}"), f"{path} is a copy of {id}")
        need(data in served, f"{path} is not in the log")
        need(served[data][1] in newest.values(), f"{path} is an old version")
        seen.add(served[data][1])
    for number, serial in newest.items():
        need(serial in seen or number in erased, f"{number} is in the log, and its entry was removed")


def prove(hashes, index):
    """RFC 6962, 2.1.1: the audit path of a leaf."""
    if len(hashes) == 1:
        return []
    split = 1 << (len(hashes) - 1).bit_length() - 1
    if index < split:
        return prove(hashes[:split], index) + [root(hashes[split:])]
    return prove(hashes[split:], index - split) + [root(hashes[:split])]


def check_status(site, said, bits, newest, issues):
    """The bits, and the words beside them, are what the status leaves say on the edition's day."""
    day = said[-1]["edition"][:10]
    erased = {leaf["id"] for leaf in said if leaf["kind"] == "erase"}
    words = {}
    for path in site.names("ledger/status/detail", "*.json"):
        words.update(read(site.bytes(path), path)["entries"])
        need(site.bytes(path.removeprefix("ledger/")) == site.bytes(path), f"{path}: two files")
    for serial, (_, leaf) in enumerate(issues):
        number = leaf["id"]
        status = status_on(said, number, day)
        if number in erased:
            status = "erased"
        elif newest[number] != serial:
            status = "superseded"
        revoked, suspended = (bit(bits[f"{p}-{serial // 131072}"], serial % 131072) for p in ("revocation", "suspension"))
        need(suspended == (status == "suspended"), f"{number}: the suspension bit of {serial} is not what the log says")
        need(revoked == (status not in ("valid", "suspended")), f"{number}: the revocation bit of {serial} is not what the log says")
        word = words.get(str(serial), {"status": "valid"})["status"]
        need(word == status, f"{number}: status/detail says {word} of {serial}, the log says {status}")


# ── One evidence file, one QR code ──────────────────────────────────────────────────────────────


def check_evidence(data, vkeys, now):
    file = read(data, "the evidence file")
    need(file["kind"] == "attestar-evidence" and file["v"] == 1, "no evidence file")
    size, _ = checkpoint(file["checkpoint"].encode(), vkeys, "its checkpoint")
    credential, did, leaves = file["credential"], file["did"], file["leaves"]
    keys = keys_of(did)
    secured(credential, keys, did["id"], "the credential")
    issue, _, at = proof(leaves["issue"], vkeys)
    number = issue["id"]
    need(issue["kind"] in ("issue", "amend") and at == size, "the leaf is of another tree")
    need(issue["sha256"] == sha256(rfc8785.dumps(credential)).hex(), "the leaf is of another credential")
    publish, index, at = proof(leaves["publish"], vkeys)
    need(publish["kind"] == "publish" and at == size and index == size - 1, "the edition is not the checkpoint's")
    need(publish["did"] == sha256(rfc8785.dumps(did)).hex(), "did.json is of another edition")
    need(publish["policy"] == sha256(file["policy"].encode()).hex(), "the policy is of another edition")
    statuses = []
    for text in leaves["status"]:
        leaf, index, at = proof(text, vkeys)
        need(leaf["kind"] == "status" and leaf["id"] == number and at == size, "a status leaf of another certificate")
        statuses.append((index, leaf))
    need([index for index, _ in statuses] == sorted(index for index, _ in statuses), "the status leaves are out of order")
    bits = {}
    for document in file["lists"]:
        path = "status/" + document["id"].rpartition("/")[2]
        need(publish["lists"].get(path) == sha256(rfc8785.dumps(document)).hex(), f"{path} is of another edition")
        secured(document, keys, did["id"], path)
        need(not now or now <= document["validUntil"], f"{path} is out of date")
        index = int(next(e for e in credential["credentialStatus"] if e["statusListCredential"] == document["id"])["statusListIndex"])
        bits[document["credentialSubject"]["statusPurpose"]] = bit(bits_of(document, path), index)
    status = status_on([leaf for _, leaf in statuses], number, publish["edition"][:10])
    need(bits["suspension"] == (status == "suspended"), "the suspension bit is not what the leaves say")
    need(bits["revocation"] == (status not in ("valid", "suspended")), "the revocation bit is not what the leaves say")
    return f"{number}: {status} in the edition of {publish['edition']}"


def check_qr(text, key):
    import cbor2
    from cwt import COSE, COSEKey

    number = int(text.rpartition("#")[2])
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    need(data[:2] == b"\x01\xd2", "no signed QR payload")
    public = multikey(key)
    kid = sha256(public)[:8]
    cose = data[1:]
    try:
        payload = COSE.new().decode(cose, COSEKey.new({1: 1, 2: kid, 3: -8, -1: 6, -2: public}))
    except Exception as error:
        raise Refused(f"the COSE signature is wrong: {error}") from error
    claims = payload if isinstance(payload, dict) else cbor2.loads(payload)
    tag = cbor2.loads(cose)
    need(cbor2.loads(tag.value[0]) == {1: -8, 4: kid} and tag.value[1] == {}, "other headers")
    for item, encoded in ((claims, tag.value[2]), (tag, cose)):
        need(cbor2.dumps(item, canonical=True) == encoded, "not deterministic CBOR")
    need(set(claims) == {1, 2, 4, 5, -65537, -65538, -65539} and len(claims[-65539]) == 16, "other claims")
    need(text.startswith("https://") or text.startswith("http://"), "no address before the digits")
    return json.dumps({str(name): value.hex() if isinstance(value, bytes) else value for name, value in claims.items()}, ensure_ascii=False)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("what", choices=["site", "evidence", "qr"])
    arguments.add_argument("subject")
    arguments.add_argument("--log-key", action="append")
    arguments.add_argument("--issue-key")
    arguments.add_argument("--now")
    arguments.add_argument("--since")
    asked = arguments.parse_args()
    try:
        if asked.what == "site":
            print(check_site(Site(asked.subject), asked.log_key, asked.now, asked.since))
        elif asked.what == "evidence":
            print(check_evidence(Path(asked.subject).read_bytes(), asked.log_key, asked.now))
        else:
            print(check_qr(asked.subject, asked.issue_key))
    except (Refused, KeyError, ValueError, IndexError, TypeError, struct.error) as error:
        print(f"{type(error).__name__}: {error}" if not isinstance(error, Refused) else error)
        sys.exit(1)


if __name__ == "__main__":
    main()
