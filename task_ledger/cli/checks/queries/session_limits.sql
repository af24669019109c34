-- The settings that end a session, its transaction or a statement after some time, as they are in this session.
-- Returns: (name, seconds) of each that is set.
-- Arguments: none.
-- Usage: task-ledger doctor, as the worker's login.
SELECT name, setting::bigint / 1000.0
FROM pg_settings
WHERE name IN ('idle_in_transaction_session_timeout', 'idle_session_timeout', 'statement_timeout', 'transaction_timeout')
    AND setting::bigint > 0
ORDER BY name
