-- What only a bad migration could do, refused as well: the owner is bound like everybody.

-- An account begins empty, and is bounded if its kind is: else money could be there from the start.
CREATE FUNCTION ledger.guard_new_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version <> 0 OR coalesce(NEW.balance, 0) <> 0
     OR (NEW.balance IS NOT NULL)
        <> (SELECT k.is_bounded FROM ledger.kind k WHERE k.code = NEW.kind) THEN
    RAISE EXCEPTION 'an account begins empty, and bounded as its kind says'
      USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_new BEFORE INSERT ON ledger.account
  FOR EACH ROW EXECUTE FUNCTION ledger.guard_new_account();

-- Whether a kind is bounded is decided once; others may be added.
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON ledger.kind
  FOR EACH ROW EXECUTE FUNCTION ledger.deny();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.kind
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny();

-- A journal is of the transaction that writes it: with another's number it could be added to later.
CREATE FUNCTION ledger.seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.xid := pg_current_xact_id();
  RETURN NEW;
END $$;
CREATE TRIGGER seal BEFORE INSERT ON ledger.journal
  FOR EACH ROW EXECUTE FUNCTION ledger.seal();
ALTER TABLE ledger.journal
  ADD CONSTRAINT effective_is_a_day CHECK (isfinite(effective_at)) NOT VALID;

-- Each balance is the one before it and its entry's amount.
CREATE OR REPLACE FUNCTION ledger.guard_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM new_entries e JOIN ledger.journal j ON j.id = e.journal_id
             WHERE j.xid <> pg_current_xact_id()) THEN
    RAISE EXCEPTION 'the journal is sealed' USING ERRCODE = '42501';
  END IF;
  IF EXISTS (SELECT 1 FROM new_entries e JOIN ledger.account a ON a.id = e.account_id
             LEFT JOIN ledger.entry before ON before.account_id = e.account_id
                   AND before.account_version = e.account_version - 1
             WHERE a.currency <> e.currency
                OR (a.balance IS NULL) <> (e.account_version IS NULL)
                OR (a.balance IS NULL AND e.balance_after IS NOT NULL)
                OR (a.balance IS NOT NULL
                    AND (e.account_version > a.version
                         OR (e.account_version > 1 AND before.id IS NULL)
                         OR e.balance_after IS DISTINCT FROM
                            coalesce(before.balance_after, 0) + e.amount * ledger.side(a.kind)
                        ))) THEN
    RAISE EXCEPTION 'an entry does not fit its account' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;

-- And each balance has its entry, when the transaction commits.
CREATE FUNCTION ledger.check_explained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger.entry e WHERE e.account_id = NEW.id
                 AND e.account_version = NEW.version AND e.balance_after = NEW.balance) THEN
    RAISE EXCEPTION 'no entry explains the balance of account %', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER explained AFTER UPDATE ON ledger.account
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.balance IS NOT NULL) EXECUTE FUNCTION ledger.check_explained();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
