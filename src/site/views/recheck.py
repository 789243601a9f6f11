import base64, hashlib, json, struct, urllib.request
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BASE = "@BASE@"
NUMBER = @NUMBER@
LOG_KEY = "@LOG_KEY@"

def get(path):
    return urllib.request.urlopen(f"{BASE}/{path}").read()

def sha256(data):
    return hashlib.sha256(data).digest()

def key(raw):
    return Ed25519PublicKey.from_public_bytes(raw)

def base58(text, length):
    number = 0
    for character in text:
        number = number * 58 + "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".index(character)
    return number.to_bytes(length, "big")

def canonical(value):  # RFC 8785; our entries have no fractions
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

# The checkpoint: three lines, signed with the log key.
text, signatures = get("ledger/checkpoint").decode().split("\n\n", 1)
origin, size, root = text.split("\n")
name, key_id, log_key = LOG_KEY.split("+", 2)
lines = [line[2:].rsplit(" ", 1) for line in signatures.splitlines()]
found = [base64.b64decode(signature) for signer, signature in lines if signer == name]
found = [signature[4:] for signature in found if signature[:4].hex() == key_id]
key(base64.b64decode(log_key)[1:]).verify(found[0], (text + "\n").encode())

# All entries of the log, and the tree over them (RFC 9162).
def tile(n):
    parts = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        parts.insert(0, f"x{n % 1000:03}")
    return "/".join(parts)

entries = []
while len(entries) < int(size):
    width = min(256, int(size) - len(entries))
    bundle = get(f"ledger/tile/entries/{tile(len(entries) // 256)}" + ("" if width == 256 else f".p/{width}"))
    while bundle:
        (length,) = struct.unpack(">H", bundle[:2])
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]

def tree(hashes):
    if len(hashes) == 1:
        return hashes[0]
    left = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\1" + tree(hashes[:left]) + tree(hashes[left:]))

assert tree([sha256(b"\0" + entry) for entry in entries]) == base64.b64decode(root), "another tree"

# The entry: its digest is in the log, and so is the key that signed it.
leaves = [json.loads(entry) for entry in entries]
keys = {leaf["vm"]: leaf["key"] for leaf in leaves if leaf["kind"] == "key" and leaf["action"] == "add"}
revoked = {leaf["vm"] for leaf in leaves if leaf["kind"] == "key" and leaf["action"] == "revoke"}
entry = @ENTRY@
newest = [leaf["sha256"] for leaf in leaves if leaf.get("id") == NUMBER and "sha256" in leaf][-1]
assert newest == sha256(entry).hex(), "not the entry that the log names"
document = json.loads(entry)
proof = document.pop("proof")
value = proof.pop("proofValue")
method = proof["verificationMethod"]
assert method in keys and method not in revoked, "signed with a key that does not count"
message = sha256(canonical(proof)) + sha256(canonical(document))
key(base58(keys[method][1:], 34)[2:]).verify(base58(value[1:], 64), message)
print(f"{NUMBER}: signed by {method}, entry of a log of {size}")
