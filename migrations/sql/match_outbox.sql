-- Every change to what a creator's row of the matching engine is made of leaves a line here, in
-- the transaction that makes it. Numbers are given before commits, so a line may appear after
-- one with a higher number: whoever follows keeps to `writer`, the transaction, and asks again
-- from the oldest one still running.
CREATE TABLE match_outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    creator_id uuid NOT NULL,
    writer xid8 NOT NULL DEFAULT pg_current_xact_id(),
    written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON match_outbox (writer);

-- One statement, one look at all of its rows: a list of thousands costs no more than it must.
CREATE FUNCTION match_rows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'creators' THEN
        INSERT INTO match_outbox (creator_id) SELECT id FROM changed;
    WHEN 'audiences' THEN
        INSERT INTO match_outbox (creator_id)
        SELECT DISTINCT a.creator_id FROM changed JOIN platform_accounts a ON a.id = account_id;
    ELSE
        INSERT INTO match_outbox (creator_id) SELECT DISTINCT creator_id FROM changed;
    END CASE;
    RETURN NULL;
END $$;

CREATE FUNCTION match_row_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'people' THEN
        INSERT INTO match_outbox (creator_id) SELECT id FROM creators WHERE person_id = NEW.id;
    WHEN 'disputes' THEN
        INSERT INTO match_outbox (creator_id) SELECT creator_id FROM deals WHERE id = NEW.deal_id;
    ELSE
        INSERT INTO match_outbox (creator_id) VALUES (NEW.creator_id);
    END CASE;
    RETURN NULL;
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['creators', 'platform_accounts', 'rates', 'audiences'] LOOP
        EXECUTE format('CREATE TRIGGER match_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS'
            ' changed FOR EACH STATEMENT EXECUTE FUNCTION match_rows_changed()', name);
        EXECUTE format('CREATE TRIGGER match_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS'
            ' changed FOR EACH STATEMENT EXECUTE FUNCTION match_rows_changed()', name);
        EXECUTE format('CREATE TRIGGER match_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS'
            ' changed FOR EACH STATEMENT EXECUTE FUNCTION match_rows_changed()', name);
    END LOOP;
END $$;

CREATE TRIGGER match_change AFTER UPDATE OF suspended_at ON people FOR EACH ROW
    WHEN (NEW.suspended_at IS DISTINCT FROM OLD.suspended_at)
    EXECUTE FUNCTION match_row_changed();
-- A deal counts once money was held and it ended; one with exclusivity binds from its acceptance.
CREATE TRIGGER match_change AFTER INSERT OR UPDATE OF status ON deals FOR EACH ROW
    EXECUTE FUNCTION match_row_changed();
CREATE TRIGGER match_change AFTER INSERT OR UPDATE OF status ON disputes FOR EACH ROW
    EXECUTE FUNCTION match_row_changed();
