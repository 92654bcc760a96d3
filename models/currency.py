"""What Stripe asks of each currency, as data: https://docs.stripe.com/currencies

It is not ISO 4217's table: two currencies without cents are counted in hundredths all the same,
and those with thousandths end in 0.
"""

ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()  # noqa: SIM905 a table
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
# Without cents by ISO 4217, and still counted in hundredths: amounts end in 00.
WHOLE_HUNDREDTHS = frozenset(["isk", "ugx"])
# Charged with cents, and paid out to a bank only without.
PAID_OUT_WHOLE = frozenset(["huf", "twd"])
# Smallest amounts Stripe takes in a charge, in minor units of the settlement currency.
MINIMUM_CHARGE = {
    **dict.fromkeys("usd ars aud brl cad chf cop eur idr ils inr nzd php rub sgd zar".split(), 50),  # noqa: SIM905
    "aed": 200,
    "czk": 1_500,
    "dkk": 250,
    "gbp": 30,
    "hkd": 400,
    "huf": 17_500,
    "jpy": 50,
    "krw": 50,
    "mxn": 1_000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1_000,
}
KNOWN = frozenset(MINIMUM_CHARGE) | ZERO_DECIMAL | THREE_DECIMAL | WHOLE_HUNDREDTHS | PAID_OUT_WHOLE


def exponent(currency: str) -> int:
    """How many decimals Stripe's API counts in this currency: 0, 2 or 3."""
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def grain(currency: str) -> int:
    """Of how many minor units every amount is a multiple: 1, or 10, or 100."""
    return 100 if currency in WHOLE_HUNDREDTHS else 10 if currency in THREE_DECIMAL else 1


def least_charge(currency: str) -> int:
    """The smallest amount that can be charged, in minor units."""
    return MINIMUM_CHARGE.get(currency, grain(currency))


def paid_out(minor: int, currency: str) -> int:
    """How much of an amount a bank can be sent at once; the rest waits for more."""
    step = 100 if currency in PAID_OUT_WHOLE else grain(currency)
    return minor - minor % step
