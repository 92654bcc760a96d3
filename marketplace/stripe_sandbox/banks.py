"""The test bank accounts: some pay, some are paid, and some fail days later."""

from dataclasses import dataclass

SOON = 10
IN_THREE_MINUTES = 180
NEVER = None
ROUTING_NUMBER = "110000000"


@dataclass(frozen=True)
class Bank:
    """An account that a payment is drawn from; the bank's word comes after a while."""

    number: str
    kind: str  # sepa_debit | us_bank_account
    does: str
    seconds: int | None = SOON
    code: str | None = None  # set: the bank says no, for this reason
    message: str = ""
    dispute_reason: str | None = None

    @property
    def shown(self) -> str:
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))

    # What a card may do and a bank account doesn't.
    asks_3d_secure = False
    available_at_once = False
    is_blocked = False
    is_inquiry = False
    warns_early = False
    disputes = 1
    refund = "later"
    decline_code: str | None = None
    brand = ""


def _iban(number: str, does: str, seconds: int | None = SOON, **more: str) -> Bank:
    return Bank(number, "sepa_debit", does, seconds, **more)


def _us(number: str, does: str, seconds: int | None = SOON, **more: str) -> Bank:
    return Bank(number, "us_bank_account", does, seconds, **more)


NO = "The customer's bank account could not be debited."
BANKS = (
    _iban("AT611904300234573201", "Pays, a little later"),
    _iban("AT321904300235473204", "Pays three minutes later", IN_THREE_MINUTES),
    _iban(
        "AT861904300235473202",
        "Fails a little later",
        code="generic_could_not_process",
        message=NO,
    ),
    _iban(
        "AT051904300235473205",
        "Fails three minutes later",
        IN_THREE_MINUTES,
        code="generic_could_not_process",
        message=NO,
    ),
    _iban(
        "AT591904300235473203",
        "Pays, and is disputed at once",
        dispute_reason="bank_cannot_process",
    ),
    _iban("AT981904300000343434", "Is never decided", NEVER),
    _us("000123456789", "Pays, a little later"),
    _us("000111111116", "Fails: no such account", code="no_account", message=NO),
    _us("000111111113", "Fails: account closed", code="account_closed", message=NO),
    _us("000222222227", "Fails: too little money", code="insufficient_funds", message=NO),
    _us("000333333335", "Fails: debit not allowed", code="debit_not_authorized", message=NO),
    _us("000444444440", "Fails: wrong currency", code="invalid_currency", message=NO),
    _us("000555555559", "Pays, and is disputed", dispute_reason="insufficient_funds"),
    _us("000000000009", "Is never decided", NEVER),
)
BY_NUMBER = {bank.number: bank for bank in BANKS}
TOKENS = {
    "pm_sepaDebit": BY_NUMBER["AT611904300234573201"],
    "pm_usBankAccount": BY_NUMBER["000123456789"],
}
KIND_OF = {"eur": "sepa_debit", "usd": "us_bank_account"}
# How a payout to an account fails, by the end of its number, in any country.
PAYOUT_FAILURES = {
    "111116": ("no_account", "The bank account could not be located."),
    "111113": ("account_closed", "The bank account has been closed."),
    "222227": ("insufficient_funds", "The account had too little money for this payout."),
    "333335": ("debit_not_authorized", "Debits are not allowed on this bank account."),
    "444440": ("invalid_currency", "The bank can't take this currency into this account."),
}


def offered(currency: str, only: list[str] | None = None) -> list[Bank]:
    """The accounts a payment in this currency can be made from."""
    kind = KIND_OF.get(currency)
    if only is not None and kind not in only:
        return []
    return [bank for bank in BANKS if bank.kind == kind]


def payout_failure(number: str) -> tuple[str, str] | None:
    return PAYOUT_FAILURES.get(number[-6:])
