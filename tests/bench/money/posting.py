"""Posting with many writers, beside the design most begin with: lock every balance, then write.

Both are driven by pgbench with the same mix on the same server, by turns: half fund a deal, half
pay one out; every one touches our Stripe account.

What a locked balance costs is how long its lock is held, and that is mostly the flush at commit. So
each is measured as this machine's disk is, and as where a flush takes two milliseconds, as it does
on a disk over a network.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path
from statistics import median

import psycopg

from marketplace.run.postgres import _program
from tests.bank.run import Bank

DEALS = 2_000
SECONDS, ROUNDS = 6, 2
SLOW_FLUSH_MS = 2
_SET = r"""
\set deal random(1, 2000)
\set payee random(1, 500)
\set minor random(100, 5000)
"""
# In pgbench every colon begins a variable, even in a text, so ours are written \x3a.
_OURS = (
    _SET
    + r"""SELECT ledger.post('f' || gen_random_uuid(), 'deal_paid', 'bench', 'deal',
 lpad(to_hex(:deal::int), 32, '0')::uuid, '', now(), 'eur', ARRAY[E'A\x3astripe', E'L\x3aescrow'],
 ARRAY[NULL, lpad(to_hex(:deal::int), 32, '0')]::uuid[], ARRAY[:minor::bigint, -(:minor::bigint)]);
""",
    _SET
    + r"""SELECT ledger.post('r' || gen_random_uuid(), 'deal_approved', 'bench', 'deal',
 lpad(to_hex(:deal::int), 32, '0')::uuid, '', now(), 'eur',
 ARRAY[E'L\x3aescrow', E'L\x3apayable', E'I\x3aplatform_fee'],
 ARRAY[lpad(to_hex(:deal::int), 32, '0'), lpad(to_hex(:payee::int), 32, '0'), NULL]::uuid[],
 ARRAY[100, -90, -10]::bigint[]);
""",
)
# The same columns, keys and indexes as ours, since it must answer the same questions; no triggers.
_LOCKED_SCHEMA = """
CREATE SCHEMA locked;
CREATE TABLE locked.account (id bigint PRIMARY KEY, kind text NOT NULL DEFAULT 'L:escrow',
  owner uuid DEFAULT gen_random_uuid(), currency char(3) NOT NULL DEFAULT 'eur',
  balance bigint NOT NULL CHECK (balance >= 0), UNIQUE (kind, owner, currency))
  WITH (fillfactor = 70);
CREATE TABLE locked.journal (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cause text NOT NULL UNIQUE, kind text NOT NULL, source text NOT NULL DEFAULT 'bench',
  about_type text NOT NULL DEFAULT 'deal', about_id uuid NOT NULL DEFAULT gen_random_uuid(),
  stripe_id text NOT NULL DEFAULT '', effective_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX ON locked.journal (about_type, about_id);
CREATE TABLE locked.entry (
  journal_id bigint NOT NULL REFERENCES locked.journal,
  account_id bigint NOT NULL REFERENCES locked.account,
  amount bigint NOT NULL CHECK (amount <> 0), currency char(3) NOT NULL DEFAULT 'eur',
  PRIMARY KEY (journal_id, account_id));
CREATE INDEX ON locked.entry (account_id, journal_id) INCLUDE (amount);
INSERT INTO locked.account (id, balance) SELECT n, 100000000 FROM generate_series(1, 3000) n;
INSERT INTO locked.journal (cause, kind)
  SELECT 'bench:' || n, 'deal_paid' FROM generate_series(1, 2000) n;
INSERT INTO locked.entry (journal_id, account_id, amount)
  SELECT n, x.account_id, x.amount FROM generate_series(1, 2000) n,
  LATERAL (VALUES (1, 100), (n + 2, -100)) x(account_id, amount);
GRANT USAGE ON SCHEMA locked TO alongside_app;
GRANT ALL ON ALL TABLES IN SCHEMA locked TO alongside_app;
"""
# Accounts 1 and 2 are Stripe's and our fees; deals and payees follow.
_LOCKED = (
    _SET
    + r"""\set deal :deal + 2
BEGIN;
SELECT balance FROM locked.account WHERE id IN (1, :deal::bigint) ORDER BY id FOR UPDATE;
INSERT INTO locked.journal (cause, kind) VALUES ('f' || gen_random_uuid(), 'deal_paid')
 RETURNING id AS journal \gset
UPDATE locked.account SET balance = balance + :minor::bigint WHERE id = 1;
UPDATE locked.account SET balance = balance + :minor::bigint WHERE id = :deal::bigint;
INSERT INTO locked.entry (journal_id, account_id, amount)
 VALUES (:journal::bigint, 1, :minor::bigint), (:journal::bigint, :deal::bigint, -(:minor::bigint));
COMMIT;
""",
    _SET
    + r"""\set deal :deal + 2
\set payee :payee + 2002
BEGIN;
SELECT balance FROM locked.account WHERE id IN (2, :deal::bigint, :payee::bigint)
 ORDER BY id FOR UPDATE;
INSERT INTO locked.journal (cause, kind) VALUES ('r' || gen_random_uuid(), 'deal_approved')
 RETURNING id AS journal \gset
UPDATE locked.account SET balance = balance + 10 WHERE id = 2;
UPDATE locked.account SET balance = balance - 100 WHERE id = :deal::bigint;
UPDATE locked.account SET balance = balance + 90 WHERE id = :payee::bigint;
INSERT INTO locked.entry (journal_id, account_id, amount)
 VALUES (:journal::bigint, 2, -10), (:journal::bigint, :deal::bigint, 100),
 (:journal::bigint, :payee::bigint, -90);
COMMIT;
""",
)
_FILL = """
SELECT ledger.post('bench:' || n, 'deal_paid', 'bench', 'deal', lpad(to_hex(n), 32, '0')::uuid, '',
  now(), 'eur', ARRAY['A:stripe', 'L:escrow'], ARRAY[NULL, lpad(to_hex(n), 32, '0')]::uuid[],
  ARRAY[100000000, -100000000]::bigint[]) FROM generate_series(1, 2000) n
"""


def posting(bank: Bank) -> list[dict[str, object]]:
    with psycopg.connect(bank.owner, autocommit=True) as owner:
        owner.execute(_LOCKED_SCHEMA)
        owner.execute(_FILL)
        owner.execute("VACUUM ANALYZE")
    return [*_lines(bank, ""), *_with_slow_flushes(bank)]


def _with_slow_flushes(bank: Bank) -> list[dict[str, object]]:
    """PostgreSQL sleeps before it flushes, with the lock on its log held."""
    with psycopg.connect(bank.owner, autocommit=True) as owner:
        try:
            owner.execute(f"ALTER SYSTEM SET commit_delay = {SLOW_FLUSH_MS * 1_000}")
            owner.execute("ALTER SYSTEM SET commit_siblings = 0")
            owner.execute("SELECT pg_reload_conf()")
            return _lines(bank, f", a flush of {SLOW_FLUSH_MS} ms")
        finally:
            owner.execute("ALTER SYSTEM RESET commit_delay")
            owner.execute("ALTER SYSTEM RESET commit_siblings")
            owner.execute("SELECT pg_reload_conf()")


def _lines(bank: Bank, where: str) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = []
    for writers in (32, 64):
        pairs = [
            (_per_second(bank, _OURS, writers), _per_second(bank, _LOCKED, writers))
            for _ in range(ROUNDS)
        ]
        ours, locked = (median(one) for one in zip(*pairs, strict=True))
        lines.append(
            {
                "what": f"posting, {writers} writers{where}",
                "value": round(ours),
                "unit": "journals/s",
                "baseline": round(locked),
                "baseline_is": "every balance locked by the app, in a transaction of its own",
                "ratio": round(ours / locked, 2),
                "goal": "ratio >= 3",
                "met": ours / locked >= 3,
            }
        )
    return lines


def _per_second(bank: Bank, scripts: tuple[str, str], writers: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        options = []
        for number, script in enumerate(scripts):
            path = Path(folder) / f"{number}.sql"
            path.write_text(script)
            options += ["-f", str(path)]
        where = bank.server.socket_dir
        command = [str(_program("pgbench")), "-n", "-M", "prepared", "-T", str(SECONDS)]
        command += ["-c", str(writers), "-j", "2", *options, "-h", str(where), "-p", "5432"]
        env = {"PATH": os.environ["PATH"], "PGOPTIONS": "-c role=alongside_app"}
        done = subprocess.run(
            [*command, "-U", "alongside_web", "alongside"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not found:
        raise SystemExit(done.stdout + done.stderr[:2000])
    return float(found[1])
