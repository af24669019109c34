-- Opens a partition for every month that gets a task.
-- Arguments: months; now.
-- Usage: bench.load.fill.
SELECT task_ledger.open_bucket(
    to_char(%(now)s::timestamptz AT TIME ZONE 'UTC' - m * interval '1 month', 'YYYYMM')::integer)
FROM generate_series(0, %(months)s::integer) AS m;
