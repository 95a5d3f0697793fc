-- Times are microseconds since 1970, UTC. Numbers of enums are those of the code: status 3 and above is terminal,
-- run_state 1 and 2 hold the lease.

CREATE TABLE tasks (
    -- Order of creation: the place in every list, and the high part of the keys of the task's events.
    n                    INTEGER PRIMARY KEY,
    organization_id      TEXT NOT NULL,
    id                   TEXT NOT NULL,
    agent_id             TEXT NOT NULL,
    created_at           INTEGER NOT NULL,

    user_id              TEXT,
    parent_id            TEXT,

    status               INTEGER NOT NULL,
    finished_at          INTEGER,
    has_chunks           INTEGER NOT NULL,

    queued               INTEGER NOT NULL,
    priority             INTEGER NOT NULL,
    pin                  TEXT,
    turn_created_at      INTEGER NOT NULL,

    due_at               INTEGER,

    run_session          TEXT,
    leased               INTEGER NOT NULL,

    turn                 INTEGER NOT NULL,
    turn_start           INTEGER NOT NULL,
    sequence             INTEGER NOT NULL,
    finished_sequence    INTEGER NOT NULL,
    last_event_at        INTEGER NOT NULL,
    attempt              INTEGER NOT NULL,
    run_lease            TEXT,
    run_turn             INTEGER,
    run_attempt          INTEGER,
    run_state            INTEGER,
    run_since            INTEGER,
    start_by             INTEGER,
    max_attempts         INTEGER NOT NULL,
    max_run_seconds      INTEGER NOT NULL,
    is_due               INTEGER NOT NULL,
    ended_by             TEXT,
    has_open_approval    INTEGER NOT NULL,
    is_report            INTEGER NOT NULL,
    create_hash          TEXT,
    secrets              BLOB,

    updated_at           INTEGER NOT NULL,
    internal_status      TEXT,
    source               TEXT,
    title                TEXT,
    triggering_agent_id  TEXT,
    result               TEXT,
    -- The wire fields that differ from the turn's task_created, result excepted; null when none do.
    overlay              BLOB,

    CONSTRAINT known_status CHECK (status BETWEEN 0 AND 6),
    CONSTRAINT finish_time_if_and_only_if_terminal CHECK ((finished_at IS NOT NULL) = (status >= 3)),
    CONSTRAINT finish_event_only_if_terminal CHECK (finished_sequence = 0 OR status >= 3),
    CONSTRAINT run_whole_or_absent CHECK (
        (run_session IS NULL AND run_lease IS NULL AND run_turn IS NULL AND run_attempt IS NULL AND run_state IS NULL AND run_since IS NULL)
        OR (run_session IS NOT NULL AND run_lease IS NOT NULL AND run_turn >= 1 AND run_attempt >= 1 AND run_state BETWEEN 1 AND 4 AND run_since IS NOT NULL)),
    CONSTRAINT lease_in_step_with_run CHECK (leased = (run_state IS NOT NULL AND run_state <= 2)),
    CONSTRAINT lease_only_while_dispatched CHECK (leased = 0 OR status <= 1),
    CONSTRAINT queued_only_if_pending_and_free CHECK (queued = 0 OR (status = 0 AND run_session IS NULL)),
    CONSTRAINT log_in_order CHECK (turn >= 1 AND turn_start BETWEEN 1 AND sequence AND finished_sequence <= sequence AND sequence < 67108864),
    CONSTRAINT known_priority CHECK (priority BETWEEN -100 AND 100)
) STRICT;

CREATE UNIQUE INDEX tasks_key ON tasks (organization_id, id);
CREATE INDEX tasks_by_organization ON tasks (organization_id, n);
CREATE INDEX tasks_by_status ON tasks (organization_id, status, n);
CREATE INDEX tasks_by_agent ON tasks (organization_id, agent_id, n);
CREATE INDEX tasks_by_agent_status ON tasks (organization_id, agent_id, status, n);
CREATE INDEX tasks_by_user ON tasks (organization_id, user_id, n) WHERE user_id IS NOT NULL;
CREATE INDEX tasks_by_parent ON tasks (organization_id, parent_id, n) WHERE parent_id IS NOT NULL;

CREATE INDEX tasks_queue ON tasks (organization_id, agent_id, pin, priority DESC, turn_created_at, n, user_id) WHERE queued = 1;
CREATE INDEX tasks_leased ON tasks (organization_id, agent_id, user_id) WHERE leased = 1;
CREATE INDEX tasks_by_session ON tasks (organization_id, run_session) WHERE run_session IS NOT NULL;
-- Of all organizations: the sweeper's.
CREATE INDEX tasks_due ON tasks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX tasks_to_trim ON tasks (finished_at) WHERE has_chunks = 1 AND finished_at IS NOT NULL;

-- The logs. key = n of the task * 67108864 + sequence, so that a task's log lies together and new tasks fill the table from one end;
-- the way to an n leads through tasks_key, and so through the organization (docs/decisions/0002).
CREATE TABLE events (
    key  INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    time INTEGER NOT NULL,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
    data BLOB NOT NULL
) STRICT;

CREATE TABLE replays (
    organization_id TEXT NOT NULL,
    scope           TEXT NOT NULL,
    key             TEXT NOT NULL,
    body_hash       TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    -- Either the task a command was for, or the whole answer of a route that changes no task.
    task_id         TEXT,
    answer_status   INTEGER,
    answer          BLOB,
    PRIMARY KEY (organization_id, scope, key),
    CONSTRAINT task_or_answer CHECK ((task_id IS NULL) = (answer IS NOT NULL AND answer_status IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX replays_by_age ON replays (created_at);

CREATE TABLE sessions (
    organization_id   TEXT NOT NULL,
    id                TEXT NOT NULL,
    agent_id          TEXT NOT NULL,
    key_id            TEXT NOT NULL,
    address           TEXT NOT NULL,
    instance          TEXT,
    environment       TEXT NOT NULL,
    slots             INTEGER NOT NULL,
    opened_at         INTEGER NOT NULL,
    unattributed_ends INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE organizations (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id              TEXT NOT NULL,
    name            TEXT NOT NULL,
    hash            TEXT NOT NULL UNIQUE,
    prefix          TEXT NOT NULL,
    scopes          INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    last_used_at    INTEGER,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE agents (
    n               INTEGER PRIMARY KEY,
    organization_id TEXT NOT NULL,
    id              TEXT NOT NULL,
    name            TEXT NOT NULL,
    version         INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    draft           BLOB NOT NULL,
    CONSTRAINT known_version CHECK (version >= 0)
) STRICT;

CREATE UNIQUE INDEX agents_key ON agents (organization_id, id);
CREATE INDEX agents_by_age ON agents (organization_id, created_at, n);

CREATE TABLE agent_versions (
    organization_id TEXT NOT NULL,
    agent_id        TEXT NOT NULL,
    version         INTEGER NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organization_id, agent_id, version),
    FOREIGN KEY (organization_id, agent_id) REFERENCES agents (organization_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE files (
    organization_id TEXT NOT NULL,
    id              TEXT NOT NULL,
    name            TEXT NOT NULL,
    content_type    TEXT NOT NULL,
    size            INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX files_by_expiry ON files (expires_at) WHERE expires_at IS NOT NULL;
