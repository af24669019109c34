-- The number of the access log's last row, which grows when a token or a session is ended.
-- Returns: one row: the number, 0 before there is one.
-- Arguments: none.
-- Usage: task_ledger.server.streaming.follow, every second while there are streams.
SELECT coalesce(max(a.seq), 0) FROM task_ledger.access_log AS a
