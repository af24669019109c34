-- The number of the access log's last row, which grows when a token or a session is ended, and the
-- database's epoch, which changes when the database is restored or a replica is promoted.
-- Returns: one row: the number, 0 before there is one, and a text.
-- Arguments: none.
-- Usage: task_ledger.server.streaming.follow, every second while there are streams.
SELECT
    (SELECT coalesce(max(a.seq), 0) FROM task_ledger.access_log AS a),
    task_ledger.epoch()
