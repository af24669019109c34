-- Creates missing logins of logins.sql, and sets each service's password.
--
-- Returns: nothing. May be run again, with other passwords too.
-- Arguments: POSTGRES_API_PASSWORD, POSTGRES_WORKER_PASSWORD, POSTGRES_PROJECTOR_PASSWORD,
--   POSTGRES_AUDITOR_PASSWORD, POSTGRES_SEALER_PASSWORD and POSTGRES_NOTIFIER_PASSWORD in psql's
--   environment. The eraser's login is given one with psql's \password, by those who erase.
-- Usage: after `task-ledger migrate`, by the login that migrated; compose.yaml does it.
--   psql --set ON_ERROR_STOP=1 --single-transaction -f deploy/passwords.sql
SELECT p.prefix || 'api_login' AS api_login, p.prefix || 'worker_login' AS worker_login,
    p.prefix || 'projector_login' AS projector_login, p.prefix || 'auditor_login' AS auditor_login,
    p.prefix || 'sealer_login' AS sealer_login, p.prefix || 'notifier_login' AS notifier_login,
    NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = p.prefix || 'api_login') AS missing
FROM (
    SELECT regexp_replace(pg_get_userbyid(n.nspowner), 'owner$', '') AS prefix
    FROM pg_namespace AS n
    WHERE n.oid = 'task_ledger'::regnamespace
) AS p \gset
\if :missing
\ir logins.sql
\endif
\getenv api POSTGRES_API_PASSWORD
\getenv worker POSTGRES_WORKER_PASSWORD
\getenv projector POSTGRES_PROJECTOR_PASSWORD
\getenv auditor POSTGRES_AUDITOR_PASSWORD
\getenv sealer POSTGRES_SEALER_PASSWORD
\getenv notifier POSTGRES_NOTIFIER_PASSWORD
ALTER ROLE :"api_login" PASSWORD :'api';
ALTER ROLE :"worker_login" PASSWORD :'worker';
ALTER ROLE :"projector_login" PASSWORD :'projector';
ALTER ROLE :"auditor_login" PASSWORD :'auditor';
ALTER ROLE :"sealer_login" PASSWORD :'sealer';
ALTER ROLE :"notifier_login" PASSWORD :'notifier';
