-- Numbers every event of the log as a projector that reads the feeds does.
-- Arguments: none.
-- Usage: bench.load.fill.
INSERT INTO task_ledger.project_timeline (seq, recorded_at, version, type, task_id, project_id)
SELECT row_number() OVER (PARTITION BY e.project_id ORDER BY e.feed), e.recorded_at, e.version, e.type,
    e.task_id, e.project_id
FROM task_ledger.task_event AS e
ORDER BY e.feed
