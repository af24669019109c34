-- Queues that are paused: the relay publishes nothing to them. Who paused and resumed them, when and
-- why is in task_ledger.access_log.
-- Usage: written by task_ledger.pause_queue and task_ledger.resume_queue; read by the relay.
CREATE TABLE task_ledger.queue_pause (
    queue     text        PRIMARY KEY CHECK (queue <> '' AND octet_length(queue) <= 500),
    paused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    paused_by text        NOT NULL CHECK (paused_by <> '' AND octet_length(paused_by) <= 200),
    reason    text        NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500)
);
