"""Check that what you are owed is in a day's proof of holdings.

    python3 verify_proof.py my-proof.json ROOT
    python3 verify_proof.py --days monday.json tuesday.json

ROOT is what the day's public page shows; the days are its JSON, one after the other. It needs
Python 3.9 or later, and nothing else: read it. It exits 0 only if every check passes.
"""

import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

VERSION = "alongside-holdings-1"
LIMIT = 2**63  # sums are eight bytes, and never negative
PROOF = {"version", "taken_at", "currency", "root", "total", "party", "amount", "nonce", "pieces"}


class Wrong(Exception): ...


def need(condition, why):
    if not condition:
        raise Wrong(why)


def keys(thing, wanted):
    need(isinstance(thing, dict) and set(thing) == wanted, "there are other fields than should be")


def raw(text):
    need(isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text), "a hash is not 64 digits")
    return bytes.fromhex(text)


def number(amount):
    need(type(amount) is int and 0 <= amount < LIMIT, "an amount is negative, or no whole number")
    return amount.to_bytes(8, "big")


def climb(node, total, position, path):
    """From a leaf to the root: the hash of two children covers both of their sums."""
    need(type(position) is int and 0 <= position < 2 ** len(path), "a place is outside the tree")
    for step in path:
        keys(step, {"hash", "sum"})
        here, beside = node + number(total), raw(step["hash"]) + number(step["sum"])
        both = here + beside if position % 2 == 0 else beside + here
        node = hashlib.sha256(b"\x01" + both).digest()
        total, position = total + step["sum"], position // 2
    return node + number(total)


def check(text, published=None):
    """Return the proof, or raise Wrong with the first thing that doesn't hold."""
    try:
        proof = json.loads(text)
    except (ValueError, RecursionError):
        raise Wrong("the file is not JSON") from None
    keys(proof, PROOF)
    need(json.dumps(proof, indent=1, sort_keys=True) + "\n" == text, "the file was edited")
    need(proof["version"] == VERSION, "the proof is of another version")
    need(all(isinstance(proof[name], str) for name in ("taken_at", "currency", "party")), "no text")
    need(published in (None, proof["root"]), "the root is not the published one")
    need(isinstance(proof["pieces"], list) and proof["pieces"], "there are no pieces")
    root, nonce = raw(proof["root"]) + number(proof["total"]), raw(proof["nonce"])
    day = hashlib.sha256(f"{VERSION}|{proof['taken_at']}|{proof['currency']}".encode()).digest()
    for index, piece in enumerate(proof["pieces"]):
        keys(piece, {"position", "amount", "path"})
        need(isinstance(piece["path"], list), "a path is not a list")
        blinded = hmac.digest(nonce, f"{proof['party']}|{index}".encode(), "sha256")
        leaf = hashlib.sha256(b"\x00" + day + blinded + number(piece["amount"])).digest()
        top = climb(leaf, piece["amount"], piece["position"], piece["path"])
        need(top == root, f"piece {index} does not lead to the root and the total")
    pieces = proof["pieces"]
    need(len({piece["position"] for piece in pieces}) == len(pieces), "two pieces are one")
    number(proof["amount"])
    need(sum(piece["amount"] for piece in pieces) == proof["amount"], "the pieces don't add up")
    return proof


def follows(before, after):
    """The later day names the hash of the earlier: neither was rewritten alone."""
    line = json.dumps(json.loads(before), sort_keys=True, separators=(",", ":")).encode()
    need(json.loads(after)["previous"] == hashlib.sha256(line).hexdigest(), "it names another day")


if __name__ == "__main__":
    try:
        if sys.argv[1] == "--days":
            follows(*(Path(name).read_text("utf-8") for name in sys.argv[2:]))
            sys.exit(print("PROVED: the later day names the earlier one, as it is here."))
        good = check(Path(sys.argv[1]).read_bytes().decode(), *sys.argv[2:3])
    except (Wrong, OSError, LookupError, ValueError, TypeError) as error:
        sys.exit(f"NOT PROVED: {error}")
    print("PROVED: {party} is owed {amount} of {currency}, in smallest units.".format(**good))
    print("On the public page of {taken_at}: total {total}, root {root}".format(**good))
