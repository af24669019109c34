-- Numbers every event of the log as a projector that reads the feeds does.
-- Arguments: none.
-- Usage: bench.load.fill.
INSERT INTO task_ledger.project_head (project_id, seq)
SELECT e.project_id, count(*) FROM task_ledger.task_event AS e GROUP BY e.project_id;

INSERT INTO task_ledger.project_timeline (seq, recorded_at, version, type, bucket, project, task_id, project_id)
SELECT row_number() OVER (PARTITION BY e.project_id ORDER BY e.feed), e.recorded_at, e.version, e.type,
    e.bucket, h.id, e.task_id, e.project_id
FROM task_ledger.task_event AS e
JOIN task_ledger.project_head AS h ON h.project_id = e.project_id
ORDER BY e.feed;

INSERT INTO task_ledger.project_bucket (project_id, bucket, first_seq, last_seq)
SELECT t.project_id, t.bucket, min(t.seq), max(t.seq)
FROM task_ledger.project_timeline AS t
GROUP BY t.project_id, t.bucket
