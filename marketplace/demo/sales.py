"""What was bought from the shelves. Days are counted back from now."""

from dataclasses import dataclass

from .people import IDA, LEADS

# A story's name → its verbs, with the days of waiting between them.
PATHS = {
    "kept": "order +0.02 pay +1.3 send +3.1 arrive",
    "kept, unconfirmed": "order +0.02 pay +2.2 send",
    "never paid": "order",
    "to send": "order +0.02 pay",
    "on its way": "order +0.02 pay +1.1 send",
    "arrived": "order +0.02 pay +1.2 send +2.8 arrive",
    "sent back": "order +0.02 pay +1.0 send +3 arrive +2.5 return_all +4 receive",
    "one sent back": "order_two +0.02 pay +1.4 send +2.6 arrive +3 return_one +3.5 receive",
    "coming back": "order +0.02 pay +1.2 send +3 arrive +2 return_all",
    "kept after all": "order +0.02 pay +1.2 send +3 arrive +2 return_all +1 keep",
    "called off": "order +0.02 pay +0.4 call_off",
    "refunding": "order +0.02 pay +1.2 send +3 arrive +2 return_all",
}


@dataclass(frozen=True, slots=True)
class Sale:
    """`began`: how many days ago it was ordered."""

    who: str
    path: str
    began: float
    # The product's place on the shelf.
    item: int


_IDA = IDA.email
_SHELVES = [lead.email for lead in LEADS if lead is not IDA]
_READY = [email for email in _SHELVES if not email.startswith("maeve")]


def _kept() -> list[Sale]:
    """One from Ida's shelf every dozen days, and three from others in between."""
    found = []
    for turn in range(12):
        began = 160 - turn * 12.4
        path = "kept, unconfirmed" if turn % 5 == 3 else "kept"
        found.append(Sale(_IDA, path, began, turn))
        for other in range(3):
            who = _READY[(turn * 3 + other) % len(_READY)]
            found.append(Sale(who, path, began - 3.1 * (other + 1), turn + other))
    return [sale for sale in found if sale.began > 19.5]


SALES: tuple[Sale, ...] = (
    *_kept(),
    Sale(_IDA, "kept", 18.9, 3),
    Sale("maeve@readslate.example", "kept", 47, 0),
    Sale("maeve@readslate.example", "kept", 31, 3),
    Sale(_IDA, "arrived", 9.4, 2),
    Sale("mikkel@brygger.example", "arrived", 12.2, 0),
    Sale("elsa@bord.example", "arrived", 15.3, 2),
    Sale("noor@brouwt.example", "arrived", 8.1, 1),
    Sale("sofie@ute.example", "arrived", 10.6, 2),
    Sale(_IDA, "on its way", 3.3, 0),
    Sale("lukas@amberg.example", "on its way", 4.4, 1),
    Sale("clara@aumatin.example", "on its way", 3.9, 0),
    Sale("hanna@saunan.example", "on its way", 5.2, 0),
    Sale(_IDA, "to send", 0.6, 1),
    Sale("giulia@inmontagna.example", "to send", 1.4, 0),
    Sale("mikkel@brygger.example", "to send", 0.9, 2),
    Sale("aino@kotona.example", "to send", 2.1, 3),
    Sale("sofie@ute.example", "to send", 0.2, 3),
    Sale("tom@walkshome.example", "sent back", 96, 0),
    Sale("emil@lagar.example", "sent back", 52, 3),
    Sale(_IDA, "sent back", 33, 4),
    Sale("jonas@waldwege.example", "one sent back", 71, 2),
    Sale("elsa@bord.example", "one sent back", 44, 0),
    Sale("sofie@ute.example", "coming back", 7.8, 0),
    Sale("noor@brouwt.example", "coming back", 9.3, 0),
    Sale("hanna@saunan.example", "kept after all", 12.5, 3),
    Sale("emil@lagar.example", "called off", 28, 1),
    # Paid, and then nothing was sent for a week.
    Sale("freja@hundene.example", "to send", 61, 2),
    Sale("clara@aumatin.example", "never paid", 91, 1),
    Sale("tom@walkshome.example", "never paid", 39, 1),
    Sale(_IDA, "never paid", 5.5, 5),
    Sale("elsa@bord.example", "never paid", 0.02, 3),
    Sale("mikkel@brygger.example", "never paid", 0.006, 1),
    Sale("aino@kotona.example", "refunding", 8.6, 0),
)
