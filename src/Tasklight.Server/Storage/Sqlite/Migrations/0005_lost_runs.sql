-- Runs lost one after the other: what max_attempts limits (docs/task-lifecycle.md).
ALTER TABLE tasks ADD COLUMN lost_runs INTEGER NOT NULL DEFAULT 0;
