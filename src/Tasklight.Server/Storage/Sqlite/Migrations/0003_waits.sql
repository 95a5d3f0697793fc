-- What a paused task waits for: 0 nothing, 1 approval, 2 login, 3 answer, 4 the budget of a task above it.
ALTER TABLE tasks ADD COLUMN waits_for INTEGER NOT NULL DEFAULT 0;
UPDATE tasks SET waits_for = 1 WHERE has_open_approval = 1;
CREATE INDEX tasks_waiting ON tasks (organization_id, waits_for, n) WHERE waits_for > 0;
