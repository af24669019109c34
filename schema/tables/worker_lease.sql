-- Which worker processes are alive, and what each is working on: one row per start (boot) of a
-- worker's main process, renewed while it lives. live are the tasks at the last renewal,
-- live_before those at the one before; a claim that neither names, though it was taken before
-- the earlier of the two, has been lost by its worker. can_terminate says that bodies run in
-- children of the process, which it can end.
-- Usage: written by task_ledger.renew_lease and task_ledger.end_lease; read by the reconciler, which
--        also deletes what has been over for a day.
CREATE TABLE task_ledger.worker_lease (
    boot              uuid        PRIMARY KEY,
    began_at          timestamptz NOT NULL,
    renewed_before_at timestamptz,
    renewed_at        timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    ended_at          timestamptz,
    pid               integer     NOT NULL,
    worker            text        NOT NULL,
    host              text        NOT NULL,
    can_terminate     boolean     NOT NULL DEFAULT false,
    live              uuid[]      NOT NULL,
    live_before       uuid[]      NOT NULL
) WITH (fillfactor = 50);
