-- What the load writes in its own transactions. No constraint keeps a row from being written twice:
-- that is to be seen.
CREATE SCHEMA soak;
-- The row of a request, committed with the registration of its task.
CREATE TABLE soak.request (task_id uuid NOT NULL, kind text NOT NULL);
-- The row of a body, committed with the end of its task.
CREATE TABLE soak.effect (task_id uuid NOT NULL);
-- Tasks whose cancel the api accepted.
CREATE TABLE soak.cancelled (task_id uuid NOT NULL);
GRANT USAGE ON SCHEMA soak TO task_ledger_worker, task_ledger_api;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA soak TO task_ledger_worker, task_ledger_api;
