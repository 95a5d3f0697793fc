-- Both lists of a task's sub-tasks, an id a row: in the overlay all of them were written anew with each that began or ended.
-- key = n of the task * 67108864 + a place that rises, as in events.
CREATE TABLE sub_tasks (
    key      INTEGER PRIMARY KEY,
    -- 0: in sub_executions; 1: in finished_sub_executions.
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    id       TEXT NOT NULL
) STRICT;

-- What an overlay goes on holding of them nobody reads; the next change of the task writes it without.
WITH lists (n, finished, json) AS (
    SELECT t.n, f.finished, coalesce(CAST(t.overlay AS TEXT) -> f.path, CAST(e.data AS TEXT) -> f.path, '[]')
    FROM tasks t
    JOIN events e ON e.key = t.n * 67108864 + t.turn_start
    JOIN (SELECT 0 AS finished, '$.sub_executions' AS path UNION ALL SELECT 1, '$.finished_sub_executions') f
    WHERE instr(t.overlay, CAST('sub_executions":[' AS BLOB)) > 0 OR instr(e.data, CAST('sub_executions":[' AS BLOB)) > 0)
INSERT INTO sub_tasks (key, finished, id)
SELECT n * 67108864 + row_number() OVER (PARTITION BY n ORDER BY lists.finished, ids.key), lists.finished, ids.value
FROM lists JOIN json_each(lists.json) ids;
