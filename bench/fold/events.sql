-- Tasks of seven events each, as workers write them: registered, started, four times progress,
-- completed. The events of one project's tasks lie among those of the others, in the order of feeds.
-- Arguments: projects, tasks (of each project).
-- Usage: bench.fold.run, on a migrated and empty database.
INSERT INTO task_ledger.task_event (
    occurred_at, recorded_at, feed, bucket, version, type, state, attempt, max_attempts, shard,
    schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data
)
SELECT now(), now(),
    row_number() OVER (PARTITION BY task_ledger.shard_of(t.project_id) ORDER BY t.n + v.version * 20, t.n, v.version),
    task_ledger.bucket_of(t.task_id), v.version, v.type, v.type, least(v.version - 1, 1), 3,
    task_ledger.shard_of(t.project_id), 1, false, t.task_id,
    CASE WHEN v.version > 1 THEN t.task_id END, t.project_id, 'worker-1',
    sha256(convert_to(t.task_id::text || v.version, 'UTF8')), v.data
FROM (
    SELECT n, 'project-' || p AS project_id, uuidv7() AS task_id
    FROM generate_series(1, %(projects)s::integer) AS p
    CROSS JOIN generate_series(1, %(tasks)s::integer) AS n
) AS t
CROSS JOIN LATERAL (
    SELECT 1 AS version, 'registered'::task_ledger.event_type AS type,
        json_build_object('task_type', 'page.ocr', 'name', 'Read page ' || t.n,
                          'entity', json_build_object('type', 'page', 'id', 'A-' || t.n)) AS data
    UNION ALL
    SELECT 2, 'started', '{"worker":"worker-1@host","host":"host","pid":1,"queue":"pages"}'
    UNION ALL
    SELECT 2 + s, 'progress', json_build_object('percent', s * 20, 'step', 'read', 'current', s, 'total', 4)
    FROM generate_series(1, 4) AS s
    UNION ALL
    SELECT 7, 'completed', '{"result":{"items":12}}'
) AS v
ORDER BY 3
