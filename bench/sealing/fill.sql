-- Tasks of four events each, numbered as a projector numbers them.
-- Arguments: projects, tasks of each project.
-- Usage: bench.sealing.run, by the superuser with triggers off.
INSERT INTO task_ledger.task_event (
    occurred_at, recorded_at, feed, bucket, version, type, state, attempt, max_attempts, shard,
    schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data
)
SELECT now(), now(), t.number * 4 + v.version, 0, v.version, v.type, v.type, least(v.version - 1, 1), 3,
    task_ledger.shard_of(t.project_id), 1, false, t.task_id,
    CASE WHEN v.version > 1 THEN t.task_id END, t.project_id, 'bench',
    sha256(convert_to(t.task_id::text || v.version, 'UTF8')), '{"percent":50,"step":"read"}'
FROM (
    SELECT 'project-' || p AS project_id, p * %(tasks)s::bigint + n AS number,
        gen_random_uuid() AS task_id
    FROM generate_series(1, %(projects)s::integer) AS p, generate_series(1, %(tasks)s::integer) AS n
) AS t
CROSS JOIN (VALUES
    (1, 'registered'::task_ledger.event_type), (2, 'started'), (3, 'progress'), (4, 'completed')
) AS v (version, type);

INSERT INTO task_ledger.project_head (project_id, seq)
SELECT e.project_id, count(*) FROM task_ledger.task_event AS e GROUP BY e.project_id;

INSERT INTO task_ledger.project_timeline (seq, recorded_at, version, type, bucket, project, task_id, project_id)
SELECT row_number() OVER (PARTITION BY e.project_id ORDER BY e.feed), e.recorded_at, e.version, e.type,
    e.bucket, h.id, e.task_id, e.project_id
FROM task_ledger.task_event AS e
JOIN task_ledger.project_head AS h ON h.project_id = e.project_id;

INSERT INTO task_ledger.project_bucket (project_id, bucket, first_seq, last_seq)
SELECT t.project_id, t.bucket, min(t.seq), max(t.seq)
FROM task_ledger.project_timeline AS t
GROUP BY t.project_id, t.bucket;

ANALYZE task_ledger.task_event, task_ledger.project_timeline;
