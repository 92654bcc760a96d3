"""Which passwords are good enough: long, and not the first thing anyone would guess."""

import unicodedata

from flask_babel import gettext as _

LEAST, MOST = 10, 200

# The most common ones that are long enough to pass by length alone.
_LIST = """
1234567890 12345678910 0123456789 1234567891 123456789a 0987654321 1111111111 9876543210
password12 password123 password1234 passw0rd123 mypassword mypassword1 password1! p@ssword123
qwertyuiop qwerty1234 qwerty12345 qwerty123456 1q2w3e4r5t 1qaz2wsx3edc q1w2e3r4t5 asdfghjkl1
iloveyou12 iloveyou123 iloveyou1234 letmein123 letmein1234 welcome123 welcome1234 changeme123
administrator admin12345 admin123456 superman123 football123 baseball123 princess123 sunshine123
monkey12345 dragon12345 abcdefghij abcd123456 abc1234567 abc123456789 a123456789 aa12345678
alongside1 alongside123 correcthorsebatterystaple trustno1trustno1 secret12345 whatever123
"""
_COMMON = frozenset(_LIST.split())


def weakness(password: str, *about: str) -> str | None:
    """What to type instead, or None for a good one. `about`: their name, their address."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < LEAST:
        return _("Enter a password of %(least)s characters or more", least=LEAST)
    if len(password) > MOST:
        return _("Enter a password of %(most)s characters or fewer", most=MOST)
    if plain in _COMMON or len(set(plain)) < 4:
        return _("Enter a password that is harder to guess, such as four unrelated words")
    if plain in {word.casefold() for known in about for word in _forms(known)}:
        return _("Enter a password that is not your name or your address")
    return None


def _forms(known: str) -> tuple[str, ...]:
    return known, known.replace(" ", ""), known.partition("@")[0]
