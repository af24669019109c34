-- Serialised messages, as published to the broker. A task's message is kept until the task has ended,
-- because every attempt is dispatched from it, and then until forget_at (a setting), so that the task can
-- be run again; an untracked message (task_id is null) is deleted once it is published. The body holds
-- the task's arguments: only the projector's role (the relay) can read it.
-- Usage: written by task_ledger.enqueue and task_ledger.send.
CREATE TABLE task_ledger.message (
    id               bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    task_id          uuid        UNIQUE,
    exchange         text        NOT NULL,
    routing_key      text        NOT NULL,
    content_type     text        NOT NULL,
    content_encoding text        NOT NULL,
    headers          json        NOT NULL,
    properties       json        NOT NULL,
    declare          json        NOT NULL,
    body             bytea       NOT NULL,
    forget_at        timestamptz
);

CREATE INDEX message_forget_at ON task_ledger.message (forget_at) WHERE forget_at IS NOT NULL;
