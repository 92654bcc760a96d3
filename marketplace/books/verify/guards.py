"""What keeps the ledger from being changed is in place: without it, nothing else can be trusted."""

_TRIGGERS = (
    *("journal.written_once", "journal.never_emptied", "journal.zero"),
    *("entry.written_once", "entry.never_emptied", "entry.guard"),
    *("account.never_removed", "account.never_emptied", "account.guard_new", "account.explained"),
    *("kind.written_once", "kind.never_emptied"),
)
_WANTED = ", ".join("('{}', '{}')".format(*one.split(".")) for one in _TRIGGERS)
# SHA-256 of all functions of the ledger as the migrations leave them; a test says the new one.
FUNCTIONS = "83a8cedaeffcc7f3b64102f13f8138e61e6d7686be2ab045bd32d5db7325f66d"

CHECKS = {
    "The ledger's guards stand": (
        "guards",
        f"""
        SELECT g.tgname IS NULL AS wrong, 'trigger:' || w.tab || '.' || w.name AS thing
        FROM (VALUES {_WANTED}) w(tab, name) LEFT JOIN (SELECT c.relname, t.tgname
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'ledger'::regnamespace AND t.tgenabled IN ('O', 'A')) g
          ON g.relname = w.tab AND g.tgname = w.name
        UNION ALL SELECT NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'no_overdraft'
            AND conrelid = 'ledger.account'::regclass AND convalidated), 'constraint:no_overdraft'
        UNION ALL SELECT has_table_privilege('alongside_app', c.oid,
            'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER'), 'privilege:ledger.' || c.relname
          FROM pg_class c WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r'
        UNION ALL SELECT encode(sha256(convert_to(string_agg(proname || prosrc, '|'
            ORDER BY proname), 'UTF8')), 'hex') <> '{FUNCTIONS}', 'functions:ledger'
          FROM pg_proc WHERE pronamespace = 'ledger'::regnamespace
        """,  # noqa: S608 our own names
    ),
}
