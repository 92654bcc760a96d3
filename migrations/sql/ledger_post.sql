-- The only way in, finding each account by its index: the first form compared owners with IS NOT
-- DISTINCT FROM, which no index answers, and so read every account of a kind for every line.
CREATE OR REPLACE FUNCTION ledger.post(
  p_cause text, p_kind text, p_source text, p_about_type text, p_about_id uuid,
  p_stripe_id text, p_effective timestamptz, p_currency text,
  p_accounts text[], p_owners uuid[], p_amounts bigint[])
RETURNS TABLE (journal_id bigint, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_journal bigint;
  v_old bytea;
  v_lines int := coalesce(cardinality(p_accounts), 0);
  v_hash bytea;
  v_line record;
  v_id bigint;
  v_ids bigint[] := '{}';
  v_amounts bigint[] := '{}';
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
  -- In order, so that two journals that open the same accounts never wait for each other.
  FOR v_line IN SELECT u.a, u.o, u.m FROM unnest(p_accounts, p_owners, p_amounts) u(a, o, m)
                ORDER BY u.a, u.o LOOP
    v_id := ledger.account_of(v_line.a, v_line.o, p_currency);
    IF v_id IS NULL THEN
      INSERT INTO ledger.account (kind, owner, currency, balance)
        SELECT k.code, v_line.o, p_currency, CASE WHEN k.is_bounded THEN 0 END
          FROM ledger.kind k WHERE k.code = v_line.a
      ON CONFLICT (kind, owner, currency) DO NOTHING RETURNING id INTO v_id;
      v_id := coalesce(v_id, ledger.account_of(v_line.a, v_line.o, p_currency));
    END IF;
    IF v_id IS NULL THEN
      RAISE EXCEPTION 'unknown kind of account' USING ERRCODE = '23503';
    END IF;
    v_ids := v_ids || v_id;
    v_amounts := v_amounts || v_line.m;
  END LOOP;
  -- Locked in order as well; NO KEY, so that foreign keys of entries don't wait.
  PERFORM 1 FROM ledger.account x WHERE x.id = ANY (v_ids) AND x.balance IS NOT NULL
    ORDER BY x.id FOR NO KEY UPDATE OF x;
  WITH line AS (
    SELECT u.id, u.m FROM unnest(v_ids, v_amounts) u(id, m)
  ), moved AS (
    UPDATE ledger.account x
       SET balance = x.balance + line.m * ledger.side(x.kind), version = x.version + 1
      FROM line WHERE x.id = line.id AND x.id = ANY (v_ids) AND x.balance IS NOT NULL
    RETURNING x.id, x.version, x.balance
  )
  INSERT INTO ledger.entry
    (journal_id, account_id, amount, currency, account_version, balance_after)
  SELECT v_journal, line.id, line.m, p_currency, moved.version, moved.balance
    FROM line LEFT JOIN moved ON moved.id = line.id;
  RETURN QUERY SELECT v_journal, false;
END $$;

-- Volatile, so that it sees what another transaction has committed since the statement began.
-- Only the way in calls it, and has set the path already.
CREATE FUNCTION ledger.account_of(p_kind text, p_owner uuid, p_currency text) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF p_owner IS NULL THEN
    RETURN (SELECT x.id FROM ledger.account x
            WHERE x.kind = p_kind AND x.owner IS NULL AND x.currency = p_currency);
  END IF;
  RETURN (SELECT x.id FROM ledger.account x
          WHERE x.kind = p_kind AND x.owner = p_owner AND x.currency = p_currency);
END $$;
REVOKE ALL ON FUNCTION ledger.account_of FROM PUBLIC;
