"""What Stripe knows about currencies, and what this sandbox charges."""

ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
CURRENCIES = (
    frozenset(
        [
            "aed",
            "all",
            "amd",
            "ang",
            "ars",
            "aud",
            "awg",
            "azn",
            "bam",
            "bbd",
            "bdt",
            "bmd",
            "bnd",
            "bob",
            "brl",
            "bsd",
            "bwp",
            "byn",
            "bzd",
            "cad",
            "chf",
            "cny",
            "cop",
            "crc",
            "cve",
            "czk",
            "dkk",
            "dop",
            "dzd",
            "egp",
            "etb",
            "eur",
            "fjd",
            "fkp",
            "gbp",
            "gel",
            "gip",
            "gmd",
            "gtq",
            "gyd",
            "hkd",
            "hnl",
            "htg",
            "huf",
            "idr",
            "ils",
            "inr",
            "isk",
            "jmd",
            "kes",
            "kgs",
            "khr",
            "kyd",
            "kzt",
            "lak",
            "lbp",
            "lkr",
            "lrd",
            "lsl",
            "mad",
            "mdl",
            "mkd",
            "mmk",
            "mnt",
            "mop",
            "mur",
            "mvr",
            "mwk",
            "mxn",
            "myr",
            "mzn",
            "nad",
            "ngn",
            "nio",
            "nok",
            "npr",
            "nzd",
            "pab",
            "pen",
            "pgk",
            "php",
            "pkr",
            "pln",
            "qar",
            "ron",
            "rsd",
            "rub",
            "sar",
            "sbd",
            "scr",
            "sek",
            "sgd",
            "shp",
            "sle",
            "sos",
            "srd",
            "std",
            "szl",
            "thb",
            "tjs",
            "top",
            "try",
            "ttd",
            "twd",
            "tzs",
            "uah",
            "ugx",
            "usd",
            "uyu",
            "uzs",
            "wst",
            "xcd",
            "yer",
            "zar",
            "zmw",
        ]
    )
    | ZERO_DECIMAL
    | THREE_DECIMAL
)
SMALLEST_CHARGE = {
    "aed": 200,
    "czk": 1500,
    "dkk": 250,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1000,
    "jpy": 50,
    "krw": 50,
}
LARGEST_AMOUNT = 99_999_999
SYMBOLS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥", "inr": "₹"}
DISPUTE_FEE = 1500
BANK_FEE = 35


def exponent(currency: str) -> int:
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


# Two decimals in the API, none in the money itself; and three, of which the last is 0.
WHOLE_UNITS = frozenset(["isk", "ugx"])


def divisor(currency: str) -> int:
    """What every amount in this currency must be a multiple of."""
    return 100 if currency in WHOLE_UNITS else 10 if currency in THREE_DECIMAL else 1


def smallest_charge(currency: str) -> int:
    return SMALLEST_CHARGE.get(currency, 50 if exponent(currency) == 2 else 1)


def fee_for(amount: int, kind: str) -> int:
    """A debit from a bank account costs the same whatever it is."""
    return card_fee(amount) if kind == "card" else BANK_FEE


def card_fee(amount: int) -> int:
    """1.5 % plus 25 minor units, halves rounded up."""
    return (amount * 15 + 500) // 1000 + 25


def money(amount: int, currency: str) -> str:
    digits = exponent(currency)
    whole, rest = divmod(abs(amount), 10**digits)
    figure = f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "")
    symbol = SYMBOLS.get(currency)
    return ("−" if amount < 0 else "") + (
        f"{symbol}{figure}" if symbol else f"{currency.upper()} {figure}"
    )
