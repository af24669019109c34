-- Messages to publish: one row per dispatch. attempt is null for an untracked message. due_at is when the
-- attempt may start; try_at is the same until the broker refuses the message (tries, last_error), and
-- then the time of the next try. sends counts the relay's rounds that began to publish it, begun_at is
-- the start of the last one. Rounds that ended without publishing it are subtracted, so a value above one
-- means that a relay died mid-round and the broker may already have the message. held is the queue whose
-- pause holds the dispatch; try_at is then infinity.
-- Usage: written with the event that makes the dispatch necessary (registered, retrying); deleted by the
--        relay once the broker has the message.
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
    last_error text,
    held       text
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX outbox_try_at ON task_ledger.outbox (try_at, id);
CREATE INDEX outbox_held ON task_ledger.outbox (held, id) WHERE held IS NOT NULL;
CREATE INDEX outbox_held_task ON task_ledger.outbox (task_id) WHERE held IS NOT NULL;
