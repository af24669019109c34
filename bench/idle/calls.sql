-- Statements that each role has sent since the counters were reset, with BEGIN, COMMIT and the like.
-- Returns: rows of role and bigint.
-- Arguments: none.
-- Usage: bench.idle.run.
SELECT r.rolname, sum(s.calls)::bigint
FROM pg_stat_statements AS s
JOIN pg_roles AS r ON r.oid = s.userid
WHERE r.rolname LIKE 'task_ledger%'
GROUP BY r.rolname
