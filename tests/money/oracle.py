"""What leads where, and how a share is rounded: told by hand, and knowing no code of ours."""

from fractions import Fraction

# Written down by hand, not read from the flow tables: what a verb makes of each state.
DEAL = {
    "fund": {"accepted": "funded"},
    "deliver": {"funded": "delivered", "revising": "delivered"},
    "ask_change": {"delivered": "revising"},
    "approve": {"delivered": "approved"},
    "cancel": {"accepted": "cancelled", "funded": "refunding"},
    "dispute": {"funded": "disputed", "delivered": "disputed", "revising": "disputed"},
    "rule": {"disputed": "settling"},
}
ORDER = {
    "send": {"paid": "sent"},
    "deliver": {"sent": "delivered"},
    "cancel": {"paid": "returned"},
    "mature": {"delivered": "matured"},
}


def half_up(amount: int, bps: int) -> int:
    return int(Fraction(amount * bps, 10_000) + Fraction(1, 2))
