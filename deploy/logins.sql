-- A login of its own for each service, so that no process can do more than its role may, nor take
-- more connections than its services need. A worker needs two for each child, and two; raise its limit
-- with the children of all workers together. Together they stay below max_connections (100).
--
-- Returns: nothing; fails if a login exists.
-- Arguments: none. The logins have no password yet: give each one with psql's \password.
-- Usage: once, after the first `task-ledger migrate`, by the login that migrated:
--   psql "$TASK_LEDGER_DATABASE_URL" -f deploy/logins.sql
CREATE ROLE task_ledger_api_login LOGIN CONNECTION LIMIT 25 IN ROLE task_ledger_api;
CREATE ROLE task_ledger_worker_login LOGIN CONNECTION LIMIT 40 IN ROLE task_ledger_worker;
CREATE ROLE task_ledger_projector_login LOGIN CONNECTION LIMIT 15 IN ROLE task_ledger_projector;
CREATE ROLE task_ledger_auditor_login LOGIN CONNECTION LIMIT 5 IN ROLE task_ledger_auditor;
CREATE ROLE task_ledger_sealer_login LOGIN CONNECTION LIMIT 5 IN ROLE task_ledger_sealer;
