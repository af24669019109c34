-- Tasks of four events each: registered, started, progress, completed. One in a hundred fails.
-- Task n of one project lies beside task n of the others, as with traffic in all of them.
-- Arguments: projects, tasks of each project; months, now.
-- Usage: bench.load.fill.
INSERT INTO task_ledger.task_event (
    occurred_at, recorded_at, feed, bucket, version, type, state, attempt, max_attempts, shard,
    schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data
)
SELECT t.at, t.at, row_number() OVER (ORDER BY t.n + v.version * 3, t.p, v.version),
    task_ledger.bucket_of(t.task_id), v.version, v.type, v.type, least(v.version - 1, 1), 3,
    task_ledger.shard_of(t.project_id), 1, false, t.task_id,
    CASE WHEN v.version > 1 THEN t.task_id END, t.project_id, 'bench',
    sha256(convert_to(t.task_id::text || v.version, 'UTF8')),
    CASE v.version
        WHEN 1 THEN json_build_object('task_type', t.task_type, 'name', 'task ' || t.n)
        ELSE '{"percent":50,"step":"read","detail":"page 7"}'
    END
FROM (
    SELECT p, n, 'project-' || p AS project_id, 'type_' || n %% 5 AS task_type, ages.at,
        uuidv7(ages.at - clock_timestamp()) AS task_id
    FROM generate_series(1, %(tasks)s::integer) AS n
    CROSS JOIN generate_series(1, %(projects)s::integer) AS p
    CROSS JOIN LATERAL (
        SELECT %(now)s::timestamptz
            - %(months)s * interval '30 days' * (1 - n / %(tasks)s::double precision) AS at
    ) AS ages
) AS t
CROSS JOIN LATERAL (VALUES
    (1, 'registered'::task_ledger.event_type), (2, 'started'), (3, 'progress'),
    (4, CASE WHEN t.n %% 100 = 0 THEN 'failed'::task_ledger.event_type ELSE 'completed' END)
) AS v (version, type)
ORDER BY 3
