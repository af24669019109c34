-- Buffers that the statements of a role have touched since the counters were reset.
-- Returns: one bigint.
-- Arguments: role.
-- Usage: bench.reads.run.
SELECT coalesce(sum(s.shared_blks_hit + s.shared_blks_read), 0)::bigint
FROM pg_stat_statements AS s
JOIN pg_roles AS r ON r.oid = s.userid
WHERE r.rolname = %(role)s
