-- What is to be published, and when: one row per dispatch. attempt is null for an untracked message.
-- due_at is when the attempt may start; try_at is that too, until the broker refuses the message
-- (tries, last_error): then it is when it is offered again.
-- sends counts how often a round began that was to publish it, begun_at is when the last one did: of a
-- round that ended, what was not published is counted back, so more than one means that a relay ended
-- in the middle, and the broker may have the message already.
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
    sends      integer     NOT NULL DEFAULT 0,
    begun_at   timestamptz,
    last_error text
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX outbox_try_at ON task_ledger.outbox (try_at, id);
