-- A login of its own for each service, so that no process can do more than its role may.
--
-- Returns: nothing; fails if a login exists.
-- Arguments: none. The logins have no password yet: give each one with psql's \password.
-- Usage: once, after the first `task-ledger migrate`, by the login that migrated:
--   psql "$TASK_LEDGER_DATABASE_URL" -f deploy/logins.sql
CREATE ROLE task_ledger_api_login LOGIN IN ROLE task_ledger_api;
CREATE ROLE task_ledger_worker_login LOGIN IN ROLE task_ledger_worker;
CREATE ROLE task_ledger_projector_login LOGIN IN ROLE task_ledger_projector;
CREATE ROLE task_ledger_auditor_login LOGIN IN ROLE task_ledger_auditor;
CREATE ROLE task_ledger_sealer_login LOGIN IN ROLE task_ledger_sealer;
