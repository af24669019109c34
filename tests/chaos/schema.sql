-- What the load writes in its tasks' and its routes' transactions, and, after the run, what its
-- clients know. No constraint keeps a row from being written twice: that is to be seen.
CREATE SCHEMA chaos;
CREATE TABLE chaos.effect (task_id uuid NOT NULL, number integer NOT NULL);
CREATE TABLE chaos.look (parent_id uuid NOT NULL, seen integer NOT NULL);
-- The row of a route, committed with the registration of its task.
CREATE TABLE chaos.request (task_id uuid NOT NULL);
-- known: committed, the client was told so; undone: rolled back by the client; cancelled: its
-- cancel was accepted (202).
CREATE TABLE chaos.told (task_id uuid NOT NULL, what text NOT NULL);
-- Processes of workers that were killed, and when.
CREATE TABLE chaos.kill (kind text NOT NULL, pid integer NOT NULL, killed_at timestamptz NOT NULL);
-- Feeds whose sequence was set back, and repaired: the numbers between may be taken twice.
CREATE TABLE chaos.set_back (shard integer NOT NULL, back_to bigint NOT NULL, up_to bigint);
CREATE INDEX ON chaos.effect (task_id);
GRANT USAGE ON SCHEMA chaos TO task_ledger_worker, task_ledger_api;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA chaos TO task_ledger_worker, task_ledger_api;
