-- Which worker processes are alive, and what each is working on: one row for each start (boot) of a
-- worker's main process, renewed while it is alive. live are the tasks at the last renewal, live_before
-- those at the previous one; a claim that is in neither, although it was taken before the earlier
-- renewal, has been lost by its worker. can_terminate: bodies run in child processes, which it can kill.
-- queues: the queues it consumed at the last renewal, none while it is disconnected from the broker.
-- processes: its concurrency.
-- Usage: written by task_ledger.renew_lease and task_ledger.end_lease; read by the reconciler, which also
--        deletes leases that ended a day ago.
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
    pool              text,
    processes         integer,
    queues            text[]      NOT NULL DEFAULT '{}',
    can_terminate     boolean     NOT NULL DEFAULT false,
    live              uuid[]      NOT NULL,
    live_before       uuid[]      NOT NULL
) WITH (fillfactor = 50);
