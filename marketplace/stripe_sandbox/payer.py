"""What a person types on the payment page, read and checked field by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from marketplace.stripe_sandbox import banks, cards
from marketplace.stripe_sandbox.banks import Bank
from marketplace.stripe_sandbox.cards import Card
from marketplace.stripe_sandbox.operations.checkout import EMAIL
from marketplace.stripe_sandbox.store import Json

LONGEST = 200
EXPIRY = re.compile(r"([01]?[0-9])\s*[/\-. ]?\s*((?:20)?[0-9]{2})")
COUNTRIES = {
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "CA": "Canada",
    "CH": "Switzerland",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "EE": "Estonia",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "GR": "Greece",
    "HR": "Croatia",
    "HU": "Hungary",
    "IE": "Ireland",
    "IS": "Iceland",
    "IT": "Italy",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "LV": "Latvia",
    "MT": "Malta",
    "NL": "Netherlands",
    "NO": "Norway",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SE": "Sweden",
    "SI": "Slovenia",
    "SK": "Slovakia",
    "US": "United States",
}
REQUIRED_ADDRESS = {
    "name": "Enter the name of the person it goes to",
    "line1": "Enter the first line of the address",
    "city": "Enter a town or city",
    "postal_code": "Enter a postal code",
}


@dataclass
class Payer:
    """The fields as typed, and what is wrong with them."""

    typed: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    means: Card | Bank = cards.PAYING[0]
    details: Json = field(default_factory=dict)


def read(form: Mapping[str, str], session: Json, now: int) -> Payer:
    payer = Payer({name: str(value).strip()[:LONGEST] for name, value in form.items()})
    email = session["customer_email"] or payer.typed.get("email", "")
    if not EMAIL.fullmatch(email):
        payer.problems["email"] = "Enter an email address, like name@example.com"
    if payer.typed.get("method") == "bank":
        _read_bank(payer, session)
    else:
        _read_card(payer, now)
    place = _read_address(payer, session) if asks_address(session) else None
    shipping = place if session["shipping_address_collection"] else None
    phone = payer.typed.get("phone") or None
    if session["phone_number_collection"]["enabled"] and not phone:
        payer.problems["phone"] = "Enter a phone number"
    payer.details |= {
        "address": place["address"] if place else None,
        "email": email,
        "name": place["name"] if place else payer.typed.get("holder") or None,
        "phone": phone,
        "shipping": shipping,
    }
    return payer


def _read_card(payer: Payer, now: int) -> None:
    number = re.sub(r"[\s-]", "", payer.typed.get("number", ""))
    payer.means = cards.find(number)
    if not number:
        payer.problems["number"] = "Enter your card number"
    elif not cards.is_card_number(number):
        payer.problems["number"] = "Your card number is incorrect"
    month, year = _expiry(payer.typed.get("expiry", ""))
    today = datetime.fromtimestamp(now, UTC)
    if not month:
        payer.problems["expiry"] = "Enter the expiry date as month and year, like 12/34"
    elif (year, month) < (today.year, today.month):
        payer.problems["expiry"] = "Your card's expiration date is in the past"
    if not re.fullmatch("[0-9]{3,4}", payer.typed.get("cvc", "")):
        payer.problems["cvc"] = "Enter the security code, three or four digits"
    payer.details |= {"exp_month": month, "exp_year": year}


def _read_bank(payer: Payer, session: Json) -> None:
    number = re.sub(r"[\s-]", "", payer.typed.get("account", "")).upper()
    known = {bank.number: bank for bank in offered(session)}
    if not number:
        payer.problems["account"] = "Enter your account number"
    elif number not in known:
        payer.problems["account"] = "Enter one of the test accounts below"
    else:
        payer.means = known[number]


def offered(session: Json) -> list[Bank]:
    return banks.offered(session["currency"], session["payment_method_types"])


def _expiry(typed: str) -> tuple[int, int]:
    found = EXPIRY.fullmatch(typed)
    if found is None or not 1 <= int(found[1]) <= 12:
        return 0, 0
    return int(found[1]), 2000 + int(found[2]) % 100


def _read_address(payer: Payer, session: Json) -> Json:
    for name, problem in REQUIRED_ADDRESS.items():
        if not payer.typed.get(name):
            payer.problems[name] = problem
    country = payer.typed.get("country", "")
    if country not in dict(countries(session)):
        payer.problems["country"] = "Choose a country"
    address = {
        name: payer.typed.get(name) or None
        for name in ("city", "line1", "line2", "postal_code", "state")
    }
    return {"address": address | {"country": country}, "name": payer.typed.get("name", "")}


def asks_address(session: Json) -> bool:
    required = session["billing_address_collection"] == "required"
    return bool(session["shipping_address_collection"]) or required


def countries(session: Json) -> list[tuple[str, str]]:
    asked = session["shipping_address_collection"]
    codes = asked["allowed_countries"] if asked else COUNTRIES if asks_address(session) else []
    return sorted(((code, COUNTRIES.get(code, code)) for code in codes), key=lambda pair: pair[1])
