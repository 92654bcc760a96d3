-- The ledger: append-only double entry. Signs: + debit, − credit; a journal sums to zero per currency.
-- Everything here belongs to alongside_owner; alongside_app may read, and call ledger.post().
CREATE SCHEMA ledger;

-- What an account's code says of it. Assets and expenses grow by debit, liabilities and income by
-- credit. Bounded accounts keep a locked balance that may not fall below zero on that side; the
-- others are too busy for a lock and are summed when asked for.
CREATE TABLE ledger.kind (
  code text PRIMARY KEY CHECK (code ~ '^[AELI]:[a-z_]+$'),
  is_bounded boolean NOT NULL
);
INSERT INTO ledger.kind VALUES
  ('A:stripe', false), ('A:bank', false), ('A:in_transit', false), ('A:disputed', false),
  ('A:owed', true),
  ('L:escrow', true), ('L:payable', true), ('L:held', true), ('L:order', true),
  ('L:refund', true), ('L:deferred_fee', false), ('L:tax', false),
  ('I:platform_fee', false),
  ('E:stripe_fees', false), ('E:dispute_fees', false), ('E:chargeback_loss', false),
  ('E:goodwill', false);

CREATE TABLE ledger.account (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL REFERENCES ledger.kind,
  owner uuid,
  currency char(3) NOT NULL CHECK (currency = lower(currency)),
  balance bigint,
  version bigint NOT NULL DEFAULT 0,
  CONSTRAINT no_overdraft CHECK (balance >= 0),
  UNIQUE NULLS NOT DISTINCT (kind, owner, currency)
) WITH (fillfactor = 70);

CREATE TABLE ledger.journal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cause text NOT NULL UNIQUE CHECK (length(cause) BETWEEN 1 AND 200),
  kind text NOT NULL,
  payload_hash bytea NOT NULL,
  source text NOT NULL,
  about_type text NOT NULL,
  about_id uuid NOT NULL,
  stripe_id text NOT NULL DEFAULT '',
  effective_at timestamptz NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON ledger.journal (about_type, about_id);
CREATE INDEX ON ledger.journal (effective_at);

CREATE TABLE ledger.entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  journal_id bigint NOT NULL REFERENCES ledger.journal,
  account_id bigint NOT NULL REFERENCES ledger.account,
  amount bigint NOT NULL CHECK (amount <> 0),
  currency char(3) NOT NULL,
  -- Only for bounded accounts: a chain without gaps that can be replayed.
  account_version bigint,
  balance_after bigint
);
CREATE INDEX ON ledger.entry (journal_id);
CREATE INDEX ON ledger.entry (account_id, id) INCLUDE (amount);
CREATE UNIQUE INDEX ON ledger.entry (account_id, account_version)
  WHERE account_version IS NOT NULL;

-- Written once: nobody changes or removes a journal, an entry or an account, not even the owner.
CREATE FUNCTION ledger.deny() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger.% is append-only (% refused)', TG_TABLE_NAME, TG_OP
    USING ERRCODE = '42501';
END $$;
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON ledger.journal
  FOR EACH ROW EXECUTE FUNCTION ledger.deny();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON ledger.entry
  FOR EACH ROW EXECUTE FUNCTION ledger.deny();
CREATE TRIGGER never_removed BEFORE DELETE ON ledger.account
  FOR EACH ROW EXECUTE FUNCTION ledger.deny();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.journal
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.account
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny();

CREATE FUNCTION ledger.guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.kind, OLD.owner, OLD.currency, OLD.balance IS NULL)
     IS DISTINCT FROM (NEW.id, NEW.kind, NEW.owner, NEW.currency, NEW.balance IS NULL) THEN
    RAISE EXCEPTION 'an account''s identity is fixed' USING ERRCODE = '42501';
  END IF;
  IF (NEW.balance IS DISTINCT FROM OLD.balance OR NEW.version <> OLD.version)
     AND NEW.version <> OLD.version + 1 THEN
    RAISE EXCEPTION 'a balance changes only with the next version' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON ledger.account
  FOR EACH ROW EXECUTE FUNCTION ledger.guard_account();

-- Sealed: only the transaction that wrote a journal may add its entries.
CREATE FUNCTION ledger.guard_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM new_entries e JOIN ledger.journal j ON j.id = e.journal_id
             WHERE j.xid <> pg_current_xact_id()) THEN
    RAISE EXCEPTION 'the journal is sealed' USING ERRCODE = '42501';
  END IF;
  IF EXISTS (SELECT 1 FROM new_entries e JOIN ledger.account a ON a.id = e.account_id
             WHERE a.currency <> e.currency
                OR (a.balance IS NULL) <> (e.account_version IS NULL)
                OR (a.balance IS NOT NULL
                    AND (e.account_version > a.version OR e.balance_after IS NULL))) THEN
    RAISE EXCEPTION 'an entry does not fit its account' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard AFTER INSERT ON ledger.entry
  REFERENCING NEW TABLE AS new_entries
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_entries();

-- Zero per currency, checked when the transaction commits, once a journal.
CREATE FUNCTION ledger.check_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM ledger.entry WHERE journal_id = NEW.id) < 2
     OR EXISTS (SELECT 1 FROM ledger.entry WHERE journal_id = NEW.id
                GROUP BY currency HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'journal % does not add up to zero', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER zero AFTER INSERT ON ledger.journal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.check_zero();

CREATE FUNCTION ledger.side(p_kind text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN left(p_kind, 1) IN ('A', 'E') THEN 1 ELSE -1 END
$$;

-- The only way in. Opens accounts as needed; the same cause with the same lines is a replay and
-- changes nothing; the same cause with other lines is refused (23505).
CREATE FUNCTION ledger.post(
  p_cause text, p_kind text, p_source text, p_about_type text, p_about_id uuid,
  p_stripe_id text, p_effective timestamptz, p_currency text,
  p_accounts text[], p_owners uuid[], p_amounts bigint[])
RETURNS TABLE (journal_id bigint, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_journal bigint;
  v_old bytea;
  v_count int;
  v_lines int := coalesce(cardinality(p_accounts), 0);
  v_hash bytea;
BEGIN
  IF v_lines < 2 OR v_lines <> cardinality(p_owners) OR v_lines <> cardinality(p_amounts)
     OR v_lines <> (SELECT count(DISTINCT (a, coalesce(o::text, '')))
                    FROM unnest(p_accounts, p_owners) u(a, o)) THEN
    RAISE EXCEPTION 'lines must be two or more, each account once' USING ERRCODE = '22023';
  END IF;
  SELECT sha256(convert_to(p_kind || p_currency
           || string_agg(a || ':' || coalesce(o::text, '') || ':' || m, '|' ORDER BY a, o), 'UTF8'))
    INTO v_hash FROM unnest(p_accounts, p_owners, p_amounts) u(a, o, m);
  INSERT INTO ledger.journal
    (cause, kind, payload_hash, source, about_type, about_id, stripe_id, effective_at)
  VALUES (p_cause, p_kind, v_hash, p_source, p_about_type, p_about_id, p_stripe_id, p_effective)
  ON CONFLICT (cause) DO NOTHING RETURNING id INTO v_journal;
  IF v_journal IS NULL THEN
    SELECT id, payload_hash INTO v_journal, v_old FROM ledger.journal WHERE cause = p_cause;
    IF v_old IS DISTINCT FROM v_hash THEN
      RAISE EXCEPTION 'cause % is already posted with other lines', p_cause
        USING ERRCODE = '23505';
    END IF;
    RETURN QUERY SELECT v_journal, true;
    RETURN;
  END IF;
  INSERT INTO ledger.account (kind, owner, currency, balance)
    SELECT u.a, u.o, p_currency, CASE WHEN k.is_bounded THEN 0 END
    FROM unnest(p_accounts, p_owners) u(a, o) JOIN ledger.kind k ON k.code = u.a
    WHERE NOT EXISTS (SELECT 1 FROM ledger.account x WHERE x.kind = u.a
                      AND x.owner IS NOT DISTINCT FROM u.o AND x.currency = p_currency)
    ORDER BY u.a, u.o
  ON CONFLICT (kind, owner, currency) DO NOTHING;
  -- Locked in order, so that two journals never wait for each other; NO KEY, so that foreign
  -- keys of entries don't wait either.
  PERFORM 1 FROM ledger.account x JOIN unnest(p_accounts, p_owners) u(a, o)
      ON x.kind = u.a AND x.owner IS NOT DISTINCT FROM u.o AND x.currency = p_currency
    WHERE x.balance IS NOT NULL ORDER BY x.id FOR NO KEY UPDATE OF x;
  WITH line AS (
    SELECT x.id, x.kind, u.m FROM unnest(p_accounts, p_owners, p_amounts) u(a, o, m)
    JOIN ledger.account x
      ON x.kind = u.a AND x.owner IS NOT DISTINCT FROM u.o AND x.currency = p_currency
  ), moved AS (
    UPDATE ledger.account x
       SET balance = x.balance + line.m * ledger.side(x.kind), version = x.version + 1
      FROM line WHERE x.id = line.id AND x.balance IS NOT NULL
    RETURNING x.id, x.version, x.balance
  )
  INSERT INTO ledger.entry
    (journal_id, account_id, amount, currency, account_version, balance_after)
  SELECT v_journal, line.id, line.m, p_currency, moved.version, moved.balance
    FROM line LEFT JOIN moved ON moved.id = line.id;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count <> v_lines THEN
    RAISE EXCEPTION 'unknown kind of account' USING ERRCODE = '23503';
  END IF;
  RETURN QUERY SELECT v_journal, false;
END $$;

-- What each account holds, positive on its own side.
CREATE VIEW ledger.balance AS
  SELECT a.id, a.kind, a.owner, a.currency,
         coalesce(a.balance, ledger.side(a.kind)
           * (SELECT coalesce(sum(e.amount), 0) FROM ledger.entry e WHERE e.account_id = a.id)
         )::bigint AS balance
    FROM ledger.account a;

REVOKE ALL ON SCHEMA ledger FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA ledger FROM alongside_app;
GRANT USAGE ON SCHEMA ledger TO alongside_app;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO alongside_app;
GRANT EXECUTE ON FUNCTION ledger.post, ledger.side TO alongside_app;
