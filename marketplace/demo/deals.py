"""Who worked with whom, and how it went. Days are counted back from now."""

from dataclasses import dataclass

from .people import IDA

_ASKED = "apply +1.4 offer"
_CALLED = "invite +1.1 apply +0.9 offer"
_PAID = "+0.7 accept +0.5 fund +0.2 talk"

# A story's name → its verbs, with the days of waiting between them.
PATHS = {
    # money received
    "applied": f"{_ASKED} {_PAID} +5.5 deliver +1.3 approve",
    "invited": f"{_CALLED} {_PAID} +6.2 deliver +0.8 approve",
    "quick": "offer +0.5 accept +0.3 fund +4.5 deliver +0.6 approve",
    "haggled": f"{_ASKED} +0.6 counter {_PAID} +6.5 deliver +1.0 approve",
    "mended": f"{_ASKED} {_PAID} +5 deliver +0.9 change +2.1 deliver +0.7 approve",
    "by silence": f"{_CALLED} {_PAID} +5 deliver +6 wait",
    # no deal
    "offered": f"{_ASKED}",
    "offered freely": "offer",
    "countered": f"{_ASKED} +0.6 counter",
    "declined": "offer +1.2 decline",
    "withdrawn": "offer +0.9 withdraw",
    "expired": "offer +4 wait",
    # agreed, not paid
    "to pay": f"{_CALLED} +0.8 accept",
    "card declined": f"{_ASKED} +0.7 accept +0.4 fail",
    "lapsed": "offer +0.6 accept +9 wait",
    "cancelled": "offer +0.6 accept +1 cancel_by_brand",
    # paid
    "in progress": f"{_ASKED} {_PAID}",
    "delivered": f"{_CALLED} {_PAID} +5.4 deliver",
    "in milestones": f"offer {_PAID} +2.5 deliver +0.8 approve +3.6 deliver",
    "being mended": f"{_ASKED} {_PAID} +4.6 deliver +0.8 change",
    "given back": "offer +0.5 accept +0.5 fund +2 cancel_by_creator",
    "never delivered": "offer +0.5 accept +0.5 fund +19 wait",
    "giving back": "offer +0.5 accept +0.4 fund +0.3 wait",
    # quarrels
    "judged": f"{_ASKED} {_PAID} +6 deliver +2 dispute +1.5 answer +2 rule",
    "judged at work": f"{_ASKED} {_PAID} +5 deliver +1 change +2 deliver +1 dispute +2 answer"
    " +2 rule",
    "judged in silence": f"{_ASKED} {_PAID} +12 dispute +4.5 rule",
    "agreed": f"{_ASKED} {_PAID} +9 deliver +1 dispute +1.4 answer",
    "accused": f"{_CALLED} {_PAID} +5 deliver +0.8 change +2 deliver +1.2 dispute",
    "argued": f"{_ASKED} {_PAID} +5.5 deliver +1.5 dispute +1.2 answer",
    "unheard": f"{_ASKED} {_PAID} +5 deliver +1 change +3 dispute",
}


@dataclass(frozen=True, slots=True)
class Role:
    """`last`: how many days ago its last verb was. `who` "": somebody small who fits."""

    brief: str
    path: str
    last: float
    who: str = ""
    quarrel: str = ""
    # Days from the offer to the day of delivery.
    days: int = 18
    price: int | None = None
    # This creator has no account for money yet.
    is_unready: bool = False
    # What is agreed in milestones: each with its euros, and its days from the offer.
    milestones: tuple[tuple[str, int, int], ...] = ()


_WEEKEND = (
    ("The route and the packing list", 110, 6),
    ("First cut of the film", 190, 13),
    ("The film and its stories, published", 240, 20),
)
_IDA = IDA.email
ROLES = (
    # Ida, month by month, and what she has before her now
    Role("trail", "quick", 159, _IDA, price=240),
    Role("mornings", "applied", 133, _IDA, price=210),
    Role("nights", "mended", 107, _IDA, price=340),
    Role("fire", "applied", 84, _IDA, price=190),
    Role("candle", "by silence", 59, _IDA, price=180),
    Role("wool", "haggled", 37, _IDA, price=290),
    Role("office", "invited", 15.2, _IDA, price=220),
    Role("soap", "applied", 0.3, _IDA, price=200),
    Role("weekend", "offered freely", 0.8, _IDA, price=320, days=20),
    Role("cup", "in progress", 3.1, _IDA, price=230),
    Role("forest", "delivered", 1.9, _IDA, price=480),
    # others with a shelf
    Role("trail", "applied", 148, "sofie@ute.example"),
    Role("trail", "invited", 139, "jonas@waldwege.example"),
    Role("mornings", "applied", 145, "mikkel@brygger.example"),
    Role("mornings", "by silence", 122, "clara@aumatin.example"),
    Role("table", "applied", 128, "elsa@bord.example"),
    Role("table", "invited", 112, "aino@kotona.example"),
    Role("nights", "haggled", 98, "sofie@ute.example"),
    Role("nights", "invited", 90, "giulia@inmontagna.example"),
    Role("fire", "applied", 92, "tom@walkshome.example"),
    Role("candle", "mended", 70, "hanna@saunan.example"),
    Role("candle", "applied", 54, "aino@kotona.example"),
    Role("wool", "applied", 60, "elsa@bord.example"),
    Role("office", "applied", 33, "noor@brouwt.example"),
    Role("office", "haggled", 21, "mikkel@brygger.example"),
    Role("weekend", "countered", 1.1, "tom@walkshome.example"),
    Role("weekend", "offered", 1.6, "giulia@inmontagna.example"),
    Role("cup", "offered", 0.6, "clara@aumatin.example"),
    Role("forest", "to pay", 1.2, "sofie@ute.example"),
    Role("cup", "card declined", 2.2, "mikkel@brygger.example"),
    Role("forest", "in progress", 4.2, "aino@kotona.example"),
    Role("soap", "delivered", 3.2, "hanna@saunan.example"),
    Role("soap", "being mended", 2.4, "emil@lagar.example"),
    Role("forest", "applied", 4.6, "freja@hundene.example"),
    Role("forest", "accused", 1.3, "jonas@waldwege.example", "a fourth reel", price=510),
    Role("cup", "argued", 1.7, "noor@brouwt.example", "no disclosure", price=320),
    # and many whose names nobody needs to know
    *(Role("trail", path, last) for path, last in (
        ("applied", 152), ("invited", 143), ("mended", 135), ("by silence", 130))),
    *(Role("mornings", path, last) for path, last in (
        ("applied", 141), ("haggled", 129), ("applied", 117))),
    *(Role("table", path, last) for path, last in (
        ("applied", 124), ("mended", 116), ("applied", 104))),
    *(Role("nights", path, last) for path, last in (
        ("applied", 102), ("by silence", 87), ("applied", 82))),
    *(Role("fire", path, last) for path, last in (
        ("applied", 88), ("invited", 79), ("applied", 68), ("quick", 63))),
    *(Role("candle", path, last) for path, last in (("applied", 74), ("invited", 51))),
    *(Role("wool", path, last) for path, last in (
        ("applied", 56), ("mended", 48), ("by silence", 41))),
    *(Role("office", path, last) for path, last in (
        ("applied", 29), ("applied", 24), ("invited", 17))),
    Role("soap", "applied", 11.4),
    Role("forest", "quick", 7.3),
    Role("nights", "judged", 94, quarrel="no sound"),
    Role("office", "judged at work", 26, quarrel="one more reel"),
    Role("mornings", "judged in silence", 107, quarrel="nothing came", days=8),
    Role("table", "agreed", 108, quarrel="a little late", days=7),
    Role("wool", "judged", 36, quarrel="two of four", is_unready=True),
    Role("office", "unheard", 4.4, quarrel="too quiet"),
    Role("trail", "declined", 150),
    Role("fire", "declined", 76),
    Role("wool", "withdrawn", 63),
    Role("forest", "withdrawn", 14),
    Role("candle", "expired", 66),
    Role("cup", "expired", 9),
    Role("table", "lapsed", 110),
    Role("office", "cancelled", 40),
    Role("mornings", "given back", 119),
    Role("soap", "given back", 18),
    Role("fire", "never delivered", 72, days=8),
    Role("cup", "giving back", 0.1),
    Role("weekend", "in milestones", 1.4, "sofie@ute.example", price=540, days=20,
         milestones=_WEEKEND),
)  # fmt: skip

# Applications and invitations that became no deal: (campaign, verbs, days since the last)
ASKED: tuple[tuple[str, str, float], ...] = (
    *(("forest", "apply", last) for last in (0.4, 1.3, 2.8, 5.1)),
    *(("cup", "apply", last) for last in (0.7, 2.1, 6.4)),
    *(("weekend", "apply", last) for last in (0.9, 3.3)),
    *(("soap", "apply", last) for last in (1.2, 7.9)),
    ("linen", "apply", 2.2),
    *((key, "apply +2 turn_down", last) for key, last in (
        ("trail", 140), ("mornings", 130), ("nights", 92), ("fire", 80), ("wool", 50),
        ("office", 20), ("forest", 8))),
    *((key, "apply +1.5 take_back", last) for key, last in (("table", 118), ("cup", 12))),
    *((key, "invite", last) for key, last in (("forest", 1.1), ("weekend", 2.6), ("cup", 3.4))),
    *((key, "invite +1.7 refuse", last) for key, last in (("nights", 100), ("forest", 11))),
    *((key, "invite +8 wait", last) for key, last in (("fire", 85), ("soap", 6))),
)  # fmt: skip
