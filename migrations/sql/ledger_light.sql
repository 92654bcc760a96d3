-- The same books and the same guards for a quarter less work a journal.

-- Whoever has an account has it bounded, and ours are not: one question less for each line.
ALTER TABLE ledger.account
  ADD CONSTRAINT owned_is_bounded CHECK ((owner IS NULL) = (balance IS NULL));

-- An entry is known by its journal and its account: an account has one line in a journal.
ALTER TABLE ledger.entry DROP COLUMN id;
ALTER TABLE ledger.entry ADD PRIMARY KEY (journal_id, account_id);
DROP INDEX ledger.entry_journal_id_idx;
-- The bounded ones are found by their versions.
CREATE INDEX entry_unbounded ON ledger.entry (account_id, journal_id) INCLUDE (amount)
  WHERE account_version IS NULL;
-- Times are asked for together with whose, and whose is the narrower question.
DROP INDEX ledger.journal_effective_at_idx;

-- The only way in. Opens accounts as needed; the same cause with the same lines is a replay and
-- changes nothing; the same cause with other lines is refused (23505).
CREATE OR REPLACE FUNCTION ledger.post(
  p_cause text, p_kind text, p_source text, p_about_type text, p_about_id uuid,
  p_stripe_id text, p_effective timestamptz, p_currency text,
  p_accounts text[], p_owners uuid[], p_amounts bigint[])
RETURNS TABLE (journal_id bigint, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_lines int := coalesce(cardinality(p_accounts), 0);
  v_accounts text[];
  v_owners uuid[];
  v_amounts bigint[];
  v_said text;
  v_hash bytea;
  v_journal bigint;
  v_old bytea;
  v_id bigint;
  v_version bigint;
  v_balance bigint;
  v_ids bigint[] := '{}';
  v_versions bigint[] := '{}';
  v_balances bigint[] := '{}';
BEGIN
  IF v_lines < 2 OR v_lines IS DISTINCT FROM cardinality(p_owners)
     OR v_lines IS DISTINCT FROM cardinality(p_amounts) THEN
    RAISE EXCEPTION 'lines must be two or more, each whole' USING ERRCODE = '22023';
  ELSIF array_position(p_amounts, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'each line has an amount' USING ERRCODE = '22004';
  END IF;
  -- In one order, whoever posts: two journals never wait for each other.
  SELECT array_agg(u.a ORDER BY u.a, u.o), array_agg(u.o ORDER BY u.a, u.o),
         array_agg(u.m ORDER BY u.a, u.o),
         string_agg(u.a || ':' || coalesce(u.o::text, '') || ':' || u.m, '|' ORDER BY u.a, u.o)
    INTO v_accounts, v_owners, v_amounts, v_said
    FROM unnest(p_accounts, p_owners, p_amounts) u(a, o, m);
  v_hash := sha256(convert_to(p_kind || p_currency || v_said, 'UTF8'));
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
  FOR v_at IN 1..v_lines LOOP
    FOR v_try IN 1..2 LOOP
      IF v_owners[v_at] IS NULL THEN
        v_version := NULL;
        v_balance := NULL;
        SELECT x.id INTO v_id FROM ledger.account x
         WHERE x.kind = v_accounts[v_at] AND x.owner IS NULL AND x.currency = p_currency;
      ELSE
        -- Locks it until the transaction ends.
        UPDATE ledger.account x
           SET balance = x.balance + v_amounts[v_at] * ledger.side(x.kind),
               version = x.version + 1
         WHERE x.kind = v_accounts[v_at] AND x.owner = v_owners[v_at] AND x.currency = p_currency
        RETURNING x.id, x.version, x.balance INTO v_id, v_version, v_balance;
      END IF;
      EXIT WHEN v_id IS NOT NULL OR v_try = 2;
      INSERT INTO ledger.account (kind, owner, currency, balance)
        SELECT k.code, v_owners[v_at], p_currency, CASE WHEN k.is_bounded THEN 0 END
          FROM ledger.kind k WHERE k.code = v_accounts[v_at]
      ON CONFLICT (kind, owner, currency) DO NOTHING;
    END LOOP;
    IF v_id IS NULL THEN
      RAISE EXCEPTION 'unknown kind of account' USING ERRCODE = '23503';
    END IF;
    v_ids := v_ids || v_id;
    v_versions := v_versions || v_version;
    v_balances := v_balances || v_balance;
  END LOOP;
  INSERT INTO ledger.entry
    (journal_id, account_id, amount, currency, account_version, balance_after)
  SELECT v_journal, unnest(v_ids), unnest(v_amounts), p_currency, unnest(v_versions),
         unnest(v_balances);
  RETURN QUERY SELECT v_journal, false;
END $$;

-- Sealed, and each entry fits its account and the entry before it: looked up entry by entry.
CREATE OR REPLACE FUNCTION ledger.guard_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_late boolean;
  v_fits boolean;
BEGIN
  SELECT bool_or((SELECT j.xid FROM ledger.journal j WHERE j.id = e.journal_id)
                 IS DISTINCT FROM pg_current_xact_id()),
         bool_and(coalesce((
           SELECT a.currency = e.currency AND CASE WHEN a.balance IS NULL
             THEN e.account_version IS NULL AND e.balance_after IS NULL
             ELSE e.account_version <= a.version AND e.balance_after
                  = e.amount * ledger.side(a.kind) + CASE e.account_version WHEN 1 THEN 0 ELSE
                    (SELECT before.balance_after FROM ledger.entry before
                      WHERE before.account_id = e.account_id
                        AND before.account_version = e.account_version - 1) END
             END FROM ledger.account a WHERE a.id = e.account_id), false))
    INTO v_late, v_fits
    FROM new_entries e;
  IF v_late THEN
    RAISE EXCEPTION 'the journal is sealed' USING ERRCODE = '42501';
  ELSIF NOT v_fits THEN
    RAISE EXCEPTION 'an entry does not fit its account' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;

-- When the transaction commits: a journal is of this very transaction (with another's number it
-- could be added to later), has two lines or more, one currency, and adds up to zero.
CREATE OR REPLACE FUNCTION ledger.check_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_is_whole boolean;
BEGIN
  SELECT count(*) > 1 AND sum(amount) = 0 AND min(currency) = max(currency) INTO v_is_whole
    FROM ledger.entry WHERE journal_id = NEW.id;
  IF NEW.xid <> pg_current_xact_id() THEN
    RAISE EXCEPTION 'journal % is of another transaction', NEW.id USING ERRCODE = '42501';
  ELSIF NOT v_is_whole THEN
    RAISE EXCEPTION 'journal % does not add up to zero', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER seal ON ledger.journal;
DROP FUNCTION ledger.seal();

-- And an account is who it was, and moved by one version, with its entry.
CREATE OR REPLACE FUNCTION ledger.check_explained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.kind, OLD.owner, OLD.currency, OLD.version + 1)
     IS DISTINCT FROM (NEW.id, NEW.kind, NEW.owner, NEW.currency, NEW.version) THEN
    RAISE EXCEPTION 'an account changes only its balance, with the next version'
      USING ERRCODE = '42501';
  ELSIF NOT EXISTS (SELECT 1 FROM ledger.entry e WHERE e.account_id = NEW.id
                    AND e.account_version = NEW.version AND e.balance_after = NEW.balance) THEN
    RAISE EXCEPTION 'no entry explains the balance of account %', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER explained ON ledger.account;
CREATE CONSTRAINT TRIGGER explained AFTER UPDATE ON ledger.account
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.check_explained();
DROP TRIGGER guard ON ledger.account;
DROP FUNCTION ledger.guard_account();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
