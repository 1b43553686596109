-- Entries and the record of their end. Triggers keep honest tools from mistakes; the chain of
-- hashes finds the rest.
CREATE TABLE entries (
    seq         BIGINT PRIMARY KEY,
    time        TEXT NOT NULL,
    actor_id    BIGINT NOT NULL,
    actor_login TEXT NOT NULL,
    subject     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    data        TEXT NOT NULL,
    charter     TEXT,
    previous    TEXT NOT NULL,
    hash        TEXT NOT NULL
);

CREATE INDEX entries_by_subject ON entries (subject, seq);

CREATE TABLE head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  BIGINT NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the % of a ledger are not changed or removed', TG_TABLE_NAME;
END $$;

-- `head` is the one beside these entries, whatever the search path of who writes.
CREATE FUNCTION ledger_entry_follows() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE head SET seq = NEW.seq, hash = NEW.hash
        WHERE seq = NEW.seq - 1 AND hash = NEW.previous;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an entry follows the last one';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_head_advances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS DISTINCT FROM OLD.seq + 1 THEN
        RAISE EXCEPTION 'the head of a ledger only advances';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    EXECUTE FUNCTION ledger_refuses();

CREATE TRIGGER entries_follow_the_head BEFORE INSERT ON entries
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_follows();

CREATE TRIGGER the_head_only_advances BEFORE UPDATE ON head
    FOR EACH ROW EXECUTE FUNCTION ledger_head_advances();

CREATE TRIGGER the_head_is_not_removed BEFORE DELETE OR TRUNCATE ON head
    EXECUTE FUNCTION ledger_refuses();

COMMENT ON TABLE entries IS 'althing ledger format 1';
