-- What is to be published, and when: one row per dispatch. attempt is null for an untracked message.
-- due_at is when the attempt may start; try_at is that too, until the broker refuses the message
-- (tries, last_error): then it is when it is offered again.
-- Usage: written with the event that makes the dispatch necessary (registered, retrying);
-- deleted by the relay once the broker has the message.
CREATE TABLE task_ledger.outbox (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    due_at     timestamptz NOT NULL,
    try_at     timestamptz NOT NULL,
    message_id bigint      NOT NULL,
    task_id    uuid,
    attempt    integer,
    tries      integer     NOT NULL DEFAULT 0,
    last_error text
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX outbox_try_at ON task_ledger.outbox (try_at, id);
