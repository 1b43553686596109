-- Times are milliseconds since 1970. Permission levels: 1 read, 2 triage, 3 write, 4 maintain, 5 admin.
-- AUTOINCREMENT where a number was ever told to a client: it must not name another thing later.

CREATE TABLE account (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    login      TEXT    NOT NULL COLLATE NOCASE UNIQUE,
    kind       TEXT    NOT NULL CHECK (kind IN ('user', 'organization')),
    name       TEXT,
    email      TEXT    COLLATE NOCASE,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX account_email ON account (email);

CREATE TABLE token (
    token      TEXT    NOT NULL PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE
) STRICT;

CREATE TABLE member (
    org_id  INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    admin   INTEGER NOT NULL CHECK (admin IN (0, 1)),
    PRIMARY KEY (org_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_user ON member (user_id);

CREATE TABLE team (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    org_id      INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    slug        TEXT    NOT NULL COLLATE NOCASE,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    UNIQUE (org_id, slug)
) STRICT;

CREATE TABLE team_member (
    team_id INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    PRIMARY KEY (team_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE repo (
    id                     INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id               INTEGER NOT NULL REFERENCES account,
    name                   TEXT    NOT NULL COLLATE NOCASE,
    description            TEXT,
    private                INTEGER NOT NULL CHECK (private IN (0, 1)),
    default_branch         TEXT    NOT NULL,
    created_at             INTEGER NOT NULL,
    updated_at             INTEGER NOT NULL,
    pushed_at              INTEGER NOT NULL,
    allow_merge            INTEGER NOT NULL DEFAULT 1,
    allow_squash           INTEGER NOT NULL DEFAULT 1,
    allow_rebase           INTEGER NOT NULL DEFAULT 1,
    delete_branch_on_merge INTEGER NOT NULL DEFAULT 0,
    last_number            INTEGER NOT NULL DEFAULT 0,
    UNIQUE (owner_id, name)
) STRICT;

CREATE TABLE collaborator (
    repo_id    INTEGER NOT NULL REFERENCES repo ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    permission INTEGER NOT NULL CHECK (permission BETWEEN 1 AND 5),
    PRIMARY KEY (repo_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_repo (
    team_id    INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    repo_id    INTEGER NOT NULL REFERENCES repo ON DELETE CASCADE,
    permission INTEGER NOT NULL CHECK (permission BETWEEN 1 AND 5),
    PRIMARY KEY (repo_id, team_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE label (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id     INTEGER NOT NULL REFERENCES repo ON DELETE CASCADE,
    name        TEXT    NOT NULL COLLATE NOCASE,
    color       TEXT    NOT NULL,
    description TEXT,
    created_at  INTEGER NOT NULL,
    UNIQUE (repo_id, name)
) STRICT;

CREATE TABLE issue (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id      INTEGER NOT NULL REFERENCES repo ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    is_pull      INTEGER NOT NULL CHECK (is_pull IN (0, 1)),
    title        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    author_id    INTEGER NOT NULL REFERENCES account,
    open         INTEGER NOT NULL DEFAULT 1 CHECK (open IN (0, 1)),
    state_reason TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    closed_at    INTEGER,
    closed_by    INTEGER REFERENCES account,
    UNIQUE (repo_id, number)
) STRICT;
CREATE INDEX issue_open ON issue (repo_id, open, created_at);

CREATE TABLE issue_label (
    issue_id INTEGER NOT NULL REFERENCES issue ON DELETE CASCADE,
    label_id INTEGER NOT NULL REFERENCES label ON DELETE CASCADE,
    PRIMARY KEY (issue_id, label_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX issue_label_label ON issue_label (label_id);

CREATE TABLE assignee (
    issue_id   INTEGER NOT NULL REFERENCES issue ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    PRIMARY KEY (issue_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE comment (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id   INTEGER NOT NULL REFERENCES issue ON DELETE CASCADE,
    author_id  INTEGER NOT NULL REFERENCES account,
    body       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX comment_issue ON comment (issue_id);

CREATE TABLE reaction (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id   INTEGER REFERENCES issue ON DELETE CASCADE,
    comment_id INTEGER REFERENCES comment ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    content    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK ((issue_id IS NULL) <> (comment_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX reaction_issue ON reaction (issue_id, user_id, content) WHERE issue_id IS NOT NULL;
CREATE UNIQUE INDEX reaction_comment ON reaction (comment_id, user_id, content) WHERE comment_id IS NOT NULL;

CREATE TABLE pull (
    issue_id     INTEGER PRIMARY KEY REFERENCES issue ON DELETE CASCADE,
    base         TEXT    NOT NULL,
    base_sha     TEXT    NOT NULL,
    head         TEXT    NOT NULL,
    head_sha     TEXT    NOT NULL,
    draft        INTEGER NOT NULL CHECK (draft IN (0, 1)),
    merged_at    INTEGER,
    merged_by    INTEGER REFERENCES account,
    merge_commit TEXT
) STRICT;

-- A merge about to move a branch. What is left of it after a crash is finished or dropped when the
-- forge is opened again, by looking whether the branch has moved.
CREATE TABLE merge_intent (
    pull_id      INTEGER PRIMARY KEY REFERENCES pull ON DELETE CASCADE,
    base_sha     TEXT    NOT NULL,
    merge_commit TEXT    NOT NULL,
    actor_id     INTEGER NOT NULL REFERENCES account
) STRICT;

CREATE TABLE closing (
    pull_id  INTEGER NOT NULL REFERENCES pull ON DELETE CASCADE,
    issue_id INTEGER NOT NULL REFERENCES issue ON DELETE CASCADE,
    PRIMARY KEY (pull_id, issue_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX closing_issue ON closing (issue_id);

CREATE TABLE review_request (
    pull_id    INTEGER NOT NULL REFERENCES pull ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    PRIMARY KEY (pull_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE review (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    pull_id      INTEGER NOT NULL REFERENCES pull ON DELETE CASCADE,
    author_id    INTEGER NOT NULL REFERENCES account,
    state        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    sha          TEXT    NOT NULL,
    submitted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX review_pull ON review (pull_id);

CREATE TABLE status (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id     INTEGER NOT NULL REFERENCES repo ON DELETE CASCADE,
    sha         TEXT    NOT NULL,
    context     TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    description TEXT,
    target_url  TEXT,
    creator_id  INTEGER NOT NULL REFERENCES account,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX status_commit ON status (repo_id, sha);

CREATE TABLE check_run (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id      INTEGER NOT NULL REFERENCES repo ON DELETE CASCADE,
    sha          TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    conclusion   TEXT,
    details_url  TEXT,
    external_id  TEXT,
    title        TEXT,
    summary      TEXT,
    text         TEXT,
    creator_id   INTEGER NOT NULL REFERENCES account,
    started_at   INTEGER NOT NULL,
    completed_at INTEGER
) STRICT;
CREATE INDEX check_run_commit ON check_run (repo_id, sha);

CREATE TABLE project (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id          INTEGER NOT NULL REFERENCES account,
    number            INTEGER NOT NULL,
    title             TEXT    NOT NULL,
    short_description TEXT,
    public            INTEGER NOT NULL DEFAULT 0,
    closed            INTEGER NOT NULL DEFAULT 0,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    UNIQUE (owner_id, number)
) STRICT;

CREATE TABLE project_writer (
    project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    PRIMARY KEY (project_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE field (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
    name       TEXT    NOT NULL COLLATE NOCASE,
    kind       TEXT    NOT NULL CHECK (kind IN ('title', 'text', 'single_select')),
    created_at INTEGER NOT NULL,
    UNIQUE (project_id, name)
) STRICT;

CREATE TABLE field_option (
    field_id    INTEGER NOT NULL REFERENCES field ON DELETE CASCADE,
    id          TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    name        TEXT    NOT NULL COLLATE NOCASE,
    color       TEXT    NOT NULL,
    description TEXT    NOT NULL,
    PRIMARY KEY (field_id, id),
    UNIQUE (field_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
    issue_id   INTEGER NOT NULL REFERENCES issue ON DELETE CASCADE,
    creator_id INTEGER NOT NULL REFERENCES account,
    archived   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (project_id, issue_id)
) STRICT;
CREATE INDEX item_issue ON item (issue_id);

CREATE TABLE item_value (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id    INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
    field_id   INTEGER NOT NULL REFERENCES field ON DELETE CASCADE,
    text       TEXT,
    option_id  TEXT,
    creator_id INTEGER NOT NULL REFERENCES account,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (item_id, field_id),
    FOREIGN KEY (field_id, option_id) REFERENCES field_option (field_id, id),
    CHECK ((text IS NULL) <> (option_id IS NULL))
) STRICT;

-- Values that were changed or cleared, for readers that lag behind.
CREATE TABLE item_value_past (
    id         INTEGER NOT NULL,
    item_id    INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
    field_id   INTEGER NOT NULL REFERENCES field ON DELETE CASCADE,
    text       TEXT,
    option_id  TEXT,
    creator_id INTEGER NOT NULL REFERENCES account,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    until      INTEGER NOT NULL
) STRICT;
CREATE INDEX item_value_past_item ON item_value_past (item_id);

-- Every value with the time from which (updated_at) and before which (until) it was the one.
CREATE VIEW item_value_ever AS
SELECT id, item_id, field_id, text, option_id, creator_id, created_at, updated_at, NULL AS until
FROM item_value
UNION ALL
SELECT id, item_id, field_id, text, option_id, creator_id, created_at, updated_at, until
FROM item_value_past;

-- What an account may do in a repository; level 0 is nothing.
CREATE VIEW access AS
SELECT
    r.id AS repo_id,
    a.id AS account_id,
    max(
        NOT r.private,
        5 * (r.owner_id = a.id),
        coalesce((SELECT c.permission FROM collaborator c
                  WHERE c.repo_id = r.id AND c.account_id = a.id), 0),
        coalesce((SELECT 1 + 4 * m.admin FROM member m
                  WHERE m.org_id = r.owner_id AND m.user_id = a.id), 0),
        coalesce((SELECT max(tr.permission) FROM team_repo tr JOIN team_member tm USING (team_id)
                  WHERE tr.repo_id = r.id AND tm.user_id = a.id), 0)
    ) AS level
FROM repo r CROSS JOIN account a;

-- Level 1 sees a project, level 3 changes it.
CREATE VIEW project_access AS
SELECT
    p.id AS project_id,
    a.id AS account_id,
    max(
        p.public,
        3 * (p.owner_id = a.id),
        3 * EXISTS (SELECT 1 FROM project_writer w WHERE w.project_id = p.id AND w.user_id = a.id),
        3 * EXISTS (SELECT 1 FROM member m WHERE m.org_id = p.owner_id AND m.user_id = a.id)
    ) AS level
FROM project p CROSS JOIN account a;

-- Rows joined with the accounts and names that every reader of them needs.
CREATE VIEW repo_row AS
SELECT
    r.*,
    o.login AS owner_login, o.kind AS owner_kind, o.name AS owner_name, o.email AS owner_email,
    o.created_at AS owner_created_at
FROM repo r JOIN account o ON o.id = r.owner_id;

CREATE VIEW issue_row AS
SELECT
    i.id, i.repo_id, i.number, i.is_pull, i.title, i.body, i.open, i.state_reason,
    i.created_at, i.updated_at, i.closed_at,
    o.login AS repo_owner, r.name AS repo_name,
    (SELECT count(*) FROM comment c WHERE c.issue_id = i.id) AS comments,
    a.id AS author_id, a.login AS author_login, a.kind AS author_kind, a.name AS author_name,
    a.email AS author_email, a.created_at AS author_created_at,
    b.id AS closed_by_id, b.login AS closed_by_login, b.kind AS closed_by_kind,
    b.name AS closed_by_name, b.email AS closed_by_email, b.created_at AS closed_by_created_at
FROM issue i
JOIN repo r ON r.id = i.repo_id
JOIN account o ON o.id = r.owner_id
JOIN account a ON a.id = i.author_id
LEFT JOIN account b ON b.id = i.closed_by;

CREATE VIEW pull_row AS
SELECT
    p.*,
    m.login AS merged_by_login, m.kind AS merged_by_kind, m.name AS merged_by_name,
    m.email AS merged_by_email, m.created_at AS merged_by_created_at
FROM pull p LEFT JOIN account m ON m.id = p.merged_by;

CREATE VIEW comment_row AS
SELECT
    c.*, i.repo_id, i.number, i.is_pull, o.login AS repo_owner, r.name AS repo_name,
    a.login AS author_login, a.kind AS author_kind, a.name AS author_name,
    a.email AS author_email, a.created_at AS author_created_at
FROM comment c
JOIN issue i ON i.id = c.issue_id
JOIN repo r ON r.id = i.repo_id
JOIN account o ON o.id = r.owner_id
JOIN account a ON a.id = c.author_id;

CREATE VIEW reaction_row AS
SELECT
    x.*, a.login AS user_login, a.kind AS user_kind, a.name AS user_name, a.email AS user_email,
    a.created_at AS user_created_at
FROM reaction x JOIN account a ON a.id = x.user_id;

CREATE VIEW review_row AS
SELECT
    v.*, a.login AS author_login, a.kind AS author_kind, a.name AS author_name,
    a.email AS author_email, a.created_at AS author_created_at
FROM review v JOIN account a ON a.id = v.author_id;

CREATE VIEW status_row AS
SELECT
    s.*, a.login AS creator_login, a.kind AS creator_kind, a.name AS creator_name,
    a.email AS creator_email, a.created_at AS creator_created_at
FROM status s JOIN account a ON a.id = s.creator_id;

CREATE VIEW check_run_row AS
SELECT
    k.*, a.login AS creator_login, a.kind AS creator_kind, a.name AS creator_name,
    a.email AS creator_email, a.created_at AS creator_created_at
FROM check_run k JOIN account a ON a.id = k.creator_id;

CREATE VIEW team_row AS
SELECT
    t.*, o.login AS org_login, o.kind AS org_kind, o.name AS org_name, o.email AS org_email,
    o.created_at AS org_created_at
FROM team t JOIN account o ON o.id = t.org_id;

CREATE VIEW project_row AS
SELECT
    p.*, o.login AS owner_login, o.kind AS owner_kind, o.name AS owner_name,
    o.email AS owner_email, o.created_at AS owner_created_at
FROM project p JOIN account o ON o.id = p.owner_id;

CREATE VIEW item_row AS
SELECT
    t.*, a.login AS creator_login, a.kind AS creator_kind, a.name AS creator_name,
    a.email AS creator_email, a.created_at AS creator_created_at
FROM item t JOIN account a ON a.id = t.creator_id;

CREATE VIEW item_value_row AS
SELECT
    v.*, f.name AS field_name,
    n.name AS option_name, n.color AS option_color, n.description AS option_description,
    a.login AS creator_login, a.kind AS creator_kind, a.name AS creator_name,
    a.email AS creator_email, a.created_at AS creator_created_at
FROM item_value_ever v
JOIN field f ON f.id = v.field_id
LEFT JOIN field_option n ON n.field_id = v.field_id AND n.id = v.option_id
JOIN account a ON a.id = v.creator_id;
