-- Months that are being retired, or have left.
-- Returns: bucket; month as yyyy-mm; since when it takes no events; when it left, or null; whether no record of its
--          tasks is left. The first to be closed first.
-- Arguments: none.
-- Usage: task_ledger.cli.checks.retirement.
SELECT b.bucket, b.bucket / 100 || '-' || lpad((b.bucket % 100)::text, 2, '0'),
    coalesce(b.closing_at, b.closed_at), b.closed_at,
    NOT EXISTS (
        SELECT FROM task_ledger.task_record AS r
        WHERE r.task_id >= i.first_id AND r.task_id < i.end_id
            AND task_ledger.bucket_of(r.task_id) = b.bucket)
FROM task_ledger.bucket AS b
CROSS JOIN LATERAL (
    SELECT rpad(lpad(to_hex(extract(epoch FROM m.begins)::bigint * 1000), 12, '0'), 32, '0')::uuid AS first_id,
        rpad(lpad(to_hex(extract(epoch FROM m.begins + interval '1 month')::bigint * 1000), 12, '0'), 32, '0')::uuid AS end_id
    FROM (SELECT make_timestamptz(b.bucket / 100, b.bucket % 100, 1, 0, 0, 0, 'UTC') AS begins) AS m
) AS i
WHERE b.bucket > 0 AND coalesce(b.closing_at, b.closed_at) IS NOT NULL
ORDER BY coalesce(b.closing_at, b.closed_at), b.bucket
