-- The logins of logins.sql, made where they are missing, each with the password of its service.
--
-- Returns: nothing. May be run again, with other passwords too.
-- Arguments: POSTGRES_API_PASSWORD, POSTGRES_WORKER_PASSWORD, POSTGRES_PROJECTOR_PASSWORD,
--   POSTGRES_AUDITOR_PASSWORD and POSTGRES_SEALER_PASSWORD in psql's environment.
-- Usage: after `task-ledger migrate`, by the login that migrated; compose.yaml does it.
--   psql --set ON_ERROR_STOP=1 --single-transaction -f deploy/passwords.sql
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'task_ledger_api_login') AS missing \gset
\if :missing
\ir logins.sql
\endif
\getenv api POSTGRES_API_PASSWORD
\getenv worker POSTGRES_WORKER_PASSWORD
\getenv projector POSTGRES_PROJECTOR_PASSWORD
\getenv auditor POSTGRES_AUDITOR_PASSWORD
\getenv sealer POSTGRES_SEALER_PASSWORD
ALTER ROLE task_ledger_api_login PASSWORD :'api';
ALTER ROLE task_ledger_worker_login PASSWORD :'worker';
ALTER ROLE task_ledger_projector_login PASSWORD :'projector';
ALTER ROLE task_ledger_auditor_login PASSWORD :'auditor';
ALTER ROLE task_ledger_sealer_login PASSWORD :'sealer';
