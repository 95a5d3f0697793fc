-- Budgets (docs/budgets.md): grants of a person, the task above by whose budget this one is paused, and the time it was executing (microseconds).
ALTER TABLE tasks ADD COLUMN budget_grants INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN held_by TEXT;
ALTER TABLE tasks ADD COLUMN worked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN working_since INTEGER;
