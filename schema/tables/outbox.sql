-- What is to be published, and when: one row per dispatch. attempt is null for an untracked message.
-- Usage: written with the event that makes the dispatch necessary (registered, retrying);
-- deleted by the relay once the broker has the message.
CREATE TABLE ledger.outbox (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    due_at     timestamptz NOT NULL,
    try_at     timestamptz NOT NULL,
    message_id bigint      NOT NULL,
    task_id    uuid,
    attempt    integer,
    tries      integer     NOT NULL DEFAULT 0,
    last_error text
);

CREATE INDEX outbox_try_at ON ledger.outbox (try_at, id);
