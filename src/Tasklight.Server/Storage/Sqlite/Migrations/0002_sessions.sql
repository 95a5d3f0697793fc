-- Durable sessions of tasks (docs/sessions.md). key = n of the task * 67108864 + the step's number, as in events.
CREATE TABLE session_steps (
    key        INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    data       BLOB NOT NULL
) STRICT;

ALTER TABLE tasks ADD COLUMN session_last INTEGER NOT NULL DEFAULT 0;
-- The number of the last summary, where readers begin; 0 for none.
ALTER TABLE tasks ADD COLUMN session_summary INTEGER NOT NULL DEFAULT 0;
