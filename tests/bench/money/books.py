"""`ledger verify` over a million entries.

One deal is led through the services, from the payment to the transfer; then it is copied, with all
its rows and under new ids, until there are entries enough. So every check has its honest work.
"""

import time

import psycopg
from flask import Flask
from psycopg import sql

from marketplace.books.verify import BALANCE, verify
from marketplace.deals import service as deals
from marketplace.kit.db import unit_of_work
from marketplace.payments import postings
from models import AccountStatus, Checkout, CheckoutStatus, DealStatus, PayoutAccount, Transfer
from tests import builders
from tests.bank.run import Bank

SIZES = (250_000, 500_000, 1_000_000)
_TABLES = (
    *("public.people", "public.brands", "public.creators", "public.deals", "public.offers"),
    *("public.deliveries", "public.checkouts", "public.transfers", "public.events"),
    "public.payout_accounts",
    *("ledger.account", "ledger.journal", "ledger.entry"),
)
_NEW_ID = """
CREATE FUNCTION pg_temp.again(old uuid, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN old IS NOT NULL THEN md5(old::text || n)::uuid END $$;
CREATE FUNCTION pg_temp.again_in(old text, ids text[], n bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ids LOOP
    old := replace(old, one, md5(one || n)::uuid::text);
  END LOOP;
  RETURN old;
END $$
"""
# What a journal's hash is over, with the owners it has now.
_SEALED = """
UPDATE ledger.journal j SET payload_hash = x.hash FROM (
  SELECT j.id, sha256(convert_to(j.kind || trim(min(e.currency)) || string_agg(a.kind || ':'
    || coalesce(a.owner::text, '') || ':' || e.amount, '|' ORDER BY a.kind, a.owner), 'UTF8')) hash
  FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
  JOIN ledger.account a ON a.id = e.account_id WHERE j.id >= %(first)s GROUP BY j.id) x
WHERE x.id = j.id
"""


def one_deal(app: Flask) -> None:
    """From accepted to released, with every row that leaves."""
    with app.app_context(), unit_of_work() as db:
        deal = builders.deal(db, status=DealStatus.ACCEPTED)
        deals.start_funding(db, deal, by=deal.brand.person)
        checkout = db.query(Checkout).one()
        checkout.session_id, checkout.charge_id = "cs_bench", "ch_bench"
        checkout.payment_intent_id, checkout.fee_minor = "pi_bench", 1_400
        checkout.status = CheckoutStatus.PAID
        db.flush()
        postings.paid(db, checkout)
        deals.fund(db, checkout)
        links = ["https://example.org/reel"]
        deals.deliver(db, deal, links=links, by=deal.creator.person)
        deals.approve(db, deal, by=deal.brand.person)
        transfer = db.query(Transfer).one()
        transfer.move("send", by=None, also={"stripe_id": "tr_bench", "sent_at": deal.approved_at})
        postings.sent(db, transfer)
        deals.on_transfer_sent(db, transfer)
        known = {"status": AccountStatus.CREATED, "stripe_id": "acct_bench"}
        db.add(PayoutAccount(person_id=transfer.payee_id, country="SE", **known))


class Copier:
    """Copies what `one_deal` left, under new ids, so many times over."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.db = connection
        self.made = 0
        connection.execute("SET session_replication_role = replica")
        connection.execute(_NEW_ID)
        self.ids = [str(one) for (one,) in connection.execute(self._every_id()).fetchall()]
        for table in _TABLES:
            name = table.replace(".", "_")
            bounded = " WHERE balance IS NOT NULL" if table == "ledger.account" else ""
            connection.execute(
                self._sql(f"CREATE TEMP TABLE like_{name} AS SELECT * FROM {table}{bounded}")
            )

    @staticmethod
    def _sql(text: str) -> sql.SQL:
        return sql.SQL(text)  # type: ignore[arg-type]

    def _every_id(self) -> sql.SQL:
        return self._sql(
            " UNION ".join(f"SELECT id FROM {one}" for one in _TABLES if "public" in one)
        )

    def up_to(self, entries: int) -> int:
        """Copy until there are so many entries; gives how many there are."""
        row = self.db.execute("SELECT count(*) FROM ledger.entry").fetchone()
        each = self.db.execute("SELECT count(*) FROM like_ledger_entry").fetchone()
        assert row
        assert each
        more = (entries - row[0]) // each[0] + 1
        # All of it has one writer, as a journal and its lines have.
        with self.db.transaction():
            for table in _TABLES:
                self._copy(table, self.made + 1, self.made + more)
            self.db.execute(_SEALED, {"first": (self.made + 1) * 1_000})
        self.made += more
        self.db.execute("VACUUM ANALYZE")
        return row[0] + more * each[0]

    def _copy(self, table: str, first: int, last: int) -> None:
        schema, name = table.split(".")
        columns = self.db.execute(
            "SELECT c.column_name, c.data_type, EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute"
            " a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indisunique AND"
            " i.indrelid = %(table)s::regclass AND a.attname = c.column_name) FROM"
            " information_schema.columns c WHERE c.table_schema = %(schema)s AND c.table_name ="
            " %(name)s AND c.is_generated = 'NEVER'",
            {"table": table, "schema": schema, "name": name},
        ).fetchall()
        names = ", ".join(f'"{column}"' for column, _, _ in columns)
        values = ", ".join(self._value(*column) for column in columns)
        self.db.execute(
            self._sql(
                f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {values}"
                f" FROM like_{schema}_{name} t, generate_series({first}, {last}) n"
            ),
        )

    def _value(self, column: str, kind: str, is_unique: bool) -> str:
        if kind == "uuid":
            return f'pg_temp.again("{column}", n)'
        if column in ("cause", "source"):
            known = "ARRAY[" + ",".join(f"'{one}'" for one in self.ids) + "]"
            named = f"replace(\"{column}\", 'cs_bench', 'cs_bench-' || n)"
            return f"pg_temp.again_in({named}, {known}, n)"
        if column == "stripe_id" and not is_unique:
            return "CASE WHEN stripe_id <> '' THEN stripe_id || '-' || n ELSE '' END"
        if column == "account_id":
            kept = "SELECT id FROM like_ledger_account"
            return (
                f"CASE WHEN account_id IN ({kept}) THEN account_id + n * 1000 ELSE account_id END"
            )
        if column in ("id", "journal_id"):
            return f'"{column}" + n * 1000'
        is_name = column in ("slug", "email", "code") or column.endswith(("_id", "hash"))
        changes = kind == "text" and is_unique and is_name
        return f"\"{column}\" || '-' || n" if changes else f'"{column}"'


def books(bank: Bank, app: Flask) -> list[dict[str, object]]:
    """One line for each size, and whether the time grows as the books do."""
    one_deal(app)
    lines, took = [], []
    with psycopg.connect(bank.owner, autocommit=True) as connection:
        copier = Copier(connection)
        for size in SIZES:
            entries = copier.up_to(size)
            began = time.perf_counter()
            with app.app_context(), unit_of_work() as db:
                results = verify(db)
            seconds = time.perf_counter() - began
            took.append((entries, seconds))
            # The copies were never at Stripe.
            inside = [one for one in results if one.name != BALANCE]
            failed = [f"{one.name}: {one.found}" for one in inside if not one.passed]
            lines.append(
                {
                    "what": f"ledger verify, {entries:,} entries",
                    "value": round(seconds, 2),
                    "unit": "s",
                    "checks": len(inside),
                    "not_passed": failed,
                    **_growth(took),
                }
            )
    return lines


def _growth(took: list[tuple[int, float]]) -> dict[str, object]:
    """Beside the size before it: 1 is linear, 2 would be square."""
    (entries, seconds), (before, then) = took[-1], took[-2] if len(took) > 1 else took[-1]
    grown = (seconds / then) / (entries / before)
    goal = seconds <= 60 and grown <= 1.5
    return {
        "baseline": round(then, 2),
        "baseline_is": f"the same over {before:,} entries",
        "ratio": round(grown, 2),
        "goal": "<= 60 s, and time grows as the books do (ratio about 1)",
        "met": goal,
    }
