"""A Merkle tree of sums: one root commits to every amount and to their total.

Pure: bytes and whole numbers. `static/verify_proof.py` says the same again on its own, and checks
what is made here.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random, SystemRandom

VERSION = "alongside-holdings-1"
# Each amount is split into so many, so that the neighbour in a path tells little of anybody's: only
# one of a few cents may stand there whole.
PIECES = 4
_LIMIT = 2**63
_LEAF, _INNER = b"\x00", b"\x01"
NODE_BYTES = 40


@dataclass(frozen=True, slots=True)
class Node:
    hash: bytes
    sum: int

    def __bytes__(self) -> bytes:
        return self.hash + as_bytes(self.sum)

    @classmethod
    def read(cls, raw: bytes) -> "Node":
        return cls(raw[:32], int.from_bytes(raw[32:]))


def as_bytes(amount: int) -> bytes:
    """Eight bytes. A negative amount, or one that would wrap around, could hide a debt."""
    if type(amount) is not int or not 0 <= amount < _LIMIT:
        raise ValueError(f"{amount!r} is no amount that can be owed")
    return amount.to_bytes(8)


def context(taken_at: str, currency: str) -> bytes:
    """Binds every leaf to one day and one currency."""
    return hashlib.sha256(f"{VERSION}|{taken_at}|{currency}".encode()).digest()


def nonce(secret: bytes, party: str) -> bytes:
    """What only this party is given; without it nobody can tell which leaves are theirs."""
    return hmac.digest(secret, party.encode(), "sha256")


def leaf(bound: bytes, blinded: bytes, amount: int) -> Node:
    return Node(hashlib.sha256(_LEAF + bound + blinded + as_bytes(amount)).digest(), amount)


def piece(bound: bytes, key: bytes, party: str, number: int, amount: int) -> Node:
    """One of a party's leaves: who it is stands in it only behind the nonce."""
    return leaf(bound, hmac.digest(key, f"{party}|{number}".encode(), "sha256"), amount)


def inner(left: Node, right: Node) -> Node:
    """Both sums are in the hash, not only their total: neither side can be changed alone."""
    both = hashlib.sha256(_INNER + bytes(left) + bytes(right)).digest()
    as_bytes(left.sum + right.sum)
    return Node(both, left.sum + right.sum)


def above(level: bytes) -> bytes:
    """The nodes over those of a level, both as they are kept: two side by side make one."""
    made = bytearray()
    for at in range(0, len(level), 2 * NODE_BYTES):
        pair = level[at : at + 2 * NODE_BYTES]
        total = int.from_bytes(pair[32:40]) + int.from_bytes(pair[72:])
        made += hashlib.sha256(_INNER + pair).digest() + as_bytes(total)
    return bytes(made)


def split(amount: int, random: Random) -> list[int]:
    """Parts that add up, each of any size."""
    as_bytes(amount)
    cuts = sorted(random.randint(0, amount) for _ in range(PIECES - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, amount], strict=True)]


def build(leaves: Sequence[Node]) -> list[list[Node]]:
    """Every level, the leaves first; there must be a power of two of them."""
    if not leaves or len(leaves) & (len(leaves) - 1):
        raise ValueError("leaves come in powers of two")
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([inner(*pair) for pair in zip(below[::2], below[1::2], strict=True)])
    return levels


@dataclass(frozen=True, slots=True)
class Plan:
    """Where each party's pieces lie, and the tree over them."""

    levels: list[list[Node]]
    # party → [(position, amount)], in the order of its pieces
    places: dict[str, list[tuple[int, int]]]

    @property
    def root(self) -> Node:
        return self.levels[-1][0]


def plant(
    amounts: dict[str, int], *, secret: bytes, bound: bytes, random: Random | None = None
) -> Plan:
    """Split every amount, scatter the pieces among empty leaves, and build the tree over them."""
    random = random or SystemRandom()
    parts = {party: split(amount, random) for party, amount in amounts.items()}
    count = max(PIECES, PIECES * len(amounts))
    size = 1 << (count - 1).bit_length()
    free = list(range(size))
    random.shuffle(free)
    leaves: list[Node | None] = [None] * size
    places: dict[str, list[tuple[int, int]]] = {}
    for party, pieces in parts.items():
        key = nonce(secret, party)
        places[party] = [(free.pop(), amount) for amount in pieces]
        for number, (position, amount) in enumerate(places[party]):
            leaves[position] = piece(bound, key, party, number, amount)
    # An empty leaf looks like a piece of nothing: so does a piece that happens to be nothing.
    filled = [one or leaf(bound, random.randbytes(32), 0) for one in leaves]
    return Plan(build(filled), places)


def path(levels: Sequence[Sequence[Node]], position: int) -> list[Node]:
    """The neighbour on each level, from the leaf up."""
    return [level[(position >> height) ^ 1] for height, level in enumerate(levels[:-1])]
