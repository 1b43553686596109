-- Entries and the record of their end. Triggers keep honest tools from mistakes; the chain of
-- hashes finds the rest.
CREATE TABLE entries (
    seq         INTEGER PRIMARY KEY,
    time        TEXT NOT NULL,
    actor_id    INTEGER NOT NULL,
    actor_login TEXT NOT NULL,
    subject     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    data        TEXT NOT NULL,
    charter     TEXT,
    previous    TEXT NOT NULL,
    hash        TEXT NOT NULL
) STRICT;

CREATE INDEX entries_by_subject ON entries (subject, seq);

CREATE TABLE head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

INSERT INTO head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries of a ledger are not changed'); END;

CREATE TRIGGER entries_are_not_removed BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries of a ledger are not removed'); END;

CREATE TRIGGER entries_follow_the_head BEFORE INSERT ON entries
WHEN NEW.seq IS NOT (SELECT seq + 1 FROM head) OR NEW.previous IS NOT (SELECT hash FROM head)
BEGIN SELECT RAISE(ABORT, 'an entry follows the last one'); END;

CREATE TRIGGER the_head_follows_entries AFTER INSERT ON entries
BEGIN UPDATE head SET seq = NEW.seq, hash = NEW.hash; END;

CREATE TRIGGER the_head_only_advances BEFORE UPDATE ON head
WHEN NEW.seq IS NOT OLD.seq + 1
BEGIN SELECT RAISE(ABORT, 'the head of a ledger only advances'); END;

CREATE TRIGGER the_head_is_not_removed BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'the head of a ledger is not removed'); END;

PRAGMA application_id = 1634497640;
PRAGMA user_version = 1;
