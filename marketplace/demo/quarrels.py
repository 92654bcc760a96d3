"""Disputes of the demo world: what each side said, and how they ended."""

from dataclasses import dataclass

from models import DisputeReason


@dataclass(frozen=True, slots=True)
class Quarrel:
    """Parts of the price are in basis points of it: what each side asks, and what was ruled."""

    by: str
    reason: DisputeReason
    statement: str
    asks: int
    shown: str
    link: str = ""
    answer: str = ""
    answer_asks: int = 0
    ruled: int = 0
    rules: tuple[str, ...] = ()
    why: str = ""


QUARRELS = {
    "no sound": Quarrel(
        by="brand",
        reason=DisputeReason.NOT_AS_AGREED,
        statement="The brief asks for half a minute of sound without talking. There is music over"
        " the whole film, so nobody hears the rain, and that was the point of it.",
        asks=4_000,
        shown="The film, from the first second to the last.",
        link="https://reels.example/hage/night-one",
        answer="There are eleven seconds without music at the start, and the reel has none at all."
        " I offered to cut it again, and was told it was too late.",
        answer_asks=9_000,
        ruled=7_000,
        rules=("D-3", "D-4"),
        why="The terms ask for half a minute of sound without talking, and the film has eleven"
        " seconds. The reel is as agreed. The reel counts for half of the price; of the film,"
        " two fifths meet what was agreed.",
    ),
    "one more reel": Quarrel(
        by="creator",
        reason=DisputeReason.CHANGE_REFUSED,
        statement="The terms say one reel and three stories, with one round of changes. I made"
        " them and mended them once. Now a second reel is asked for before anything is approved.",
        asks=10_000,
        shown="The message in which a second reel is asked for.",
        answer="We were not happy with the light and thought a second one would only take an hour.",
        answer_asks=7_000,
        ruled=10_000,
        rules=("D-5", "D-6"),
        why="What was agreed was delivered and mended once. A wish in a message changes nothing"
        " until the other side says yes, and more pieces than agreed are no ground for refusing.",
    ),
    "nothing came": Quarrel(
        by="brand",
        reason=DisputeReason.NOT_DELIVERED,
        statement="The agreed day was five days ago. We sent two kilos of coffee and wrote three"
        " times.",
        asks=0,
        shown="The parcel was collected on the second day.",
        ruled=0,
        rules=("D-1", "D-8"),
        why="Nothing was handed in within seven days of the agreed day, and the creator did not"
        " answer. The brand gets the whole price back.",
    ),
    "a little late": Quarrel(
        by="brand",
        reason=DisputeReason.LATE,
        statement="Delivered three days after the agreed day, when our window display had already"
        " been changed.",
        asks=8_000,
        shown="The display was up from Monday to Sunday; it is in the brief.",
        answer="I was in bed with a fever, and should have written at once.",
        answer_asks=8_000,
    ),
    "two of four": Quarrel(
        by="brand",
        reason=DisputeReason.PART_MISSING,
        statement="Two reels were agreed. One came, and then only a link to a story that is gone.",
        asks=5_000,
        shown="What the second link shows today.",
        link="https://reels.example/wool/gone",
        answer="The story was seen by more people than the reel. That should count.",
        answer_asks=8_000,
        ruled=5_000,
        rules=("D-3",),
        why="Each agreed piece counts for its share of the price. One of two reels was made; a"
        " story is not what was agreed.",
    ),
    "a fourth reel": Quarrel(
        by="creator",
        reason=DisputeReason.CHANGE_REFUSED,
        statement="Three reels from three days: delivered, and mended once as agreed. I am now"
        " asked for a fourth, because one of the days was sunny. The brief doesn’t mention rain.",
        asks=10_000,
        shown="The three reels, and the message about the sun.",
        link="https://reels.example/waldwege.jonas/forest-three",
    ),
    "no disclosure": Quarrel(
        by="brand",
        reason=DisputeReason.NOT_AS_AGREED,
        statement="None of the three stories is marked as an ad. We asked twice, and cannot approve"
        " what breaks the law.",
        asks=3_000,
        shown="All three stories, as they were on the first evening.",
        answer="The reel is marked, in the first line. Stories vanish after a day, and nobody told"
        " me that they count. I can post them again with the mark.",
        answer_asks=9_000,
    ),
    "too quiet": Quarrel(
        by="creator",
        reason=DisputeReason.NO_ANSWER,
        statement="I was asked for a change that I don’t understand, and have asked four times what"
        " is meant. My days to make it are running out.",
        asks=10_000,
        shown="My four messages.",
    ),
}
