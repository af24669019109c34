-- Attempts whose process must be killed because a cancel asked for it: one row per task.
-- Usage: written by task_ledger.request_cancel; read by the main process of the worker that holds the
--        claim, at every renewal of its lease; deleted by the reconciler after a day.
CREATE TABLE task_ledger.termination (
    task_id  uuid        PRIMARY KEY,
    claim    uuid        NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
