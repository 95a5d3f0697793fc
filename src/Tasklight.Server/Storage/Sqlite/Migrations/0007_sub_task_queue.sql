-- Queued sub-tasks, which are offered beside runs that wait for sub-tasks of their own (docs/decisions/0008).
CREATE INDEX tasks_queue_below ON tasks (organization_id, agent_id, priority DESC, turn_created_at, n, user_id, pin) WHERE queued = 1 AND parent_id IS NOT NULL;
