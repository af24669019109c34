-- The broker's last answer about each queue: the messages that no worker has received yet, and on
-- RabbitMQ the number of its consumers; both null if the broker has no such queue.
-- Usage: written every few seconds by the projector's part `queues`, for queues that the ledger knows.
CREATE TABLE task_ledger.queue_depth (
    queue     text        PRIMARY KEY,
    messages  bigint,
    consumers bigint,
    asked_at  timestamptz NOT NULL
) WITH (fillfactor = 50);
