"""Automatic payouts: what has become available in a connected account leaves for its bank.

An account's next run is a row of its own kind, due at a midnight (UTC) when there is something to
pay out; an account without money wakes nobody.
"""

from datetime import UTC, datetime, timedelta

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.operations import balance, payouts
from marketplace.stripe_sandbox.operations.registry import when_booked, when_due
from marketplace.stripe_sandbox.store import PLATFORM, Json

KIND = "_payout_schedule"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
A_MONTH = 31


@when_booked
def plan(call: Call, available_on: int) -> None:
    """The run after this moment, unless there is an earlier one."""
    if call.account == PLATFORM:
        return
    name = f"schedule_{call.account}"
    known = call.store.get(name)
    if known is None:
        known = {"id": name, "object": KIND, "_due": None}
        call.store.add(known, call.account)
    schedule = _schedule(call.store.get(call.account))
    due = next_run(schedule, max(available_on, call.now()))
    if due and (known["_due"] is None or due < known["_due"]):
        call.store.save(known | {"_due": due})


def _schedule(account: Json | None) -> Json:
    found: Json = account["settings"]["payouts"]["schedule"] if account else {"interval": "manual"}
    return found


def next_run(schedule: Json, after: int) -> int | None:
    """The first midnight at or after a moment on which this schedule pays out."""
    if schedule["interval"] == "manual":
        return None
    start = datetime.fromtimestamp(after + 86_399, UTC).replace(hour=0, minute=0, second=0)
    for n in range(A_MONTH + 1):
        if _is_day(schedule, start + timedelta(days=n)):
            return int((start + timedelta(days=n)).timestamp())
    return None


def _is_day(schedule: Json, day: datetime) -> bool:
    if schedule["interval"] == "weekly":
        wished = schedule.get("weekly_payout_days") or [schedule.get("weekly_anchor", "friday")]
        return DAYS[day.weekday()] in wished
    if schedule["interval"] == "monthly":
        chosen = schedule.get("monthly_payout_days") or [schedule.get("monthly_anchor", 1)]
        is_last = (day + timedelta(days=1)).day == 1
        return day.day in chosen or (is_last and max(chosen) > day.day)
    return True


@when_due(KIND)
def run(call: Call, planned: Json) -> None:
    call.store.save(planned | {"_due": None})
    account = call.store.get(call.account)
    if account is None or account["object"] != "account" or not account["payouts_enabled"]:
        return
    if _schedule(account)["interval"] == "manual":
        return
    for code, (available, _) in balance.sums(call).items():
        rest = available % 100 if code in payouts.WHOLE_HUNDREDS else 0
        bank = _bank(account, code)
        if bank and available - rest > 0:
            _pay_out(call, bank, code, available - rest)
    if more := balance.next_available(call):
        plan(call, more)


def _bank(account: Json, code: str) -> Json | None:
    """The one for the currency, or else the first: its bank changes the money."""
    held: list[Json] = account["external_accounts"]["data"]
    good = [bank for bank in held if bank["status"] != "errored"]
    return next((bank for bank in good if bank["currency"] == code), good[0] if good else None)


def _pay_out(call: Call, bank: Json, code: str, amount: int) -> None:
    lines = call.store.find("balance_transaction", call.account, currency=code, _payout=None)
    payout = payouts.start(call, bank, code, amount, automatic=True, description="STRIPE PAYOUT")
    own = call.store.get(payout["balance_transaction"])
    assert own is not None
    for line in [*(each for each in lines if each["available_on"] <= call.now()), own]:
        call.store.save(line | {"_payout": payout["id"]})


@payouts.when_failed
def stop_using(call: Call, payout: Json) -> None:
    """Stripe sends nothing more to a bank account that failed, until there is another."""
    account = call.store.get(call.account)
    if account is None or not payout["automatic"]:
        return
    for bank in account["external_accounts"]["data"]:
        if bank["id"] == payout["destination"]:
            bank["status"] = "errored"
            call.store.save(account)
            call.emit("account.external_account.updated", bank, previous={"status": "new"})
            call.emit("account.updated", account)
