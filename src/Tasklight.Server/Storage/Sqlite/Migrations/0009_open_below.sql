-- Sub-tasks that have ended, with something below them that has not: a JSON array of ids, null for none.
ALTER TABLE tasks ADD COLUMN open_below TEXT;

-- All above something that has not ended.
CREATE TEMP TABLE above_open AS
WITH RECURSIVE above (organization_id, id, parent_id, status) AS (
    SELECT organization_id, id, parent_id, status FROM tasks WHERE status < 3 AND parent_id IS NOT NULL
    UNION
    SELECT t.organization_id, t.id, t.parent_id, t.status FROM above JOIN tasks t ON t.organization_id = above.organization_id AND t.id = above.parent_id)
SELECT organization_id, id, parent_id FROM above WHERE status >= 3 AND parent_id IS NOT NULL;
CREATE INDEX temp.above_open_by_parent ON above_open (organization_id, parent_id);
UPDATE tasks SET open_below = (
    SELECT json_group_array(id) FROM above_open WHERE above_open.organization_id = tasks.organization_id AND above_open.parent_id = tasks.id)
WHERE (organization_id, id) IN (SELECT organization_id, parent_id FROM above_open);
DROP TABLE above_open;

-- How long a task works was kept where a budget counts seconds, and is of all tasks now: of those that are executing, from the run they are in.
UPDATE tasks SET working_since = coalesce(run_since, updated_at) WHERE status = 1 AND working_since IS NULL;

-- Databases of builds between two releases may lack it: theirs had another script 0007.
CREATE INDEX IF NOT EXISTS tasks_queue_below ON tasks (organization_id, agent_id, priority DESC, turn_created_at, n, user_id, pin) WHERE queued = 1 AND parent_id IS NOT NULL;
