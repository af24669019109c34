-- The event log: one immutable row per event, identified by (task_id, version). bucket is the month
-- of a UUIDv7 task id (yyyymm), 0 for a UUIDv4; see task_ledger.bucket_of. state … due_at are the
-- task's lifecycle AFTER this event, so the last row alone determines which events are legal.
-- data is the clear part of the event's data, private the rest, which can be erased: a JSON object, or
-- after its erasure the JSON string that keeps its hash; null if there is none. salt goes into that hash.
-- Eight-byte columns come first, which saves 16 bytes of padding per row. No DEFAULT partition:
-- with one, later months could not be created while it holds their rows.
-- Usage: rows are inserted only by register, append, request_cancel and note, and changed only by erase.
CREATE TABLE task_ledger.task_event (
    occurred_at      timestamptz        NOT NULL,
    recorded_at      timestamptz        NOT NULL,
    due_at           timestamptz,
    feed             bigint             NOT NULL,
    bucket           integer            NOT NULL,
    version          integer            NOT NULL,
    type             task_ledger.event_type  NOT NULL,
    state            task_ledger.event_type  NOT NULL,
    attempt          integer            NOT NULL,
    max_attempts     integer,
    shard            smallint           NOT NULL,
    schema_version   smallint           NOT NULL,
    cancel_requested boolean            NOT NULL,
    task_id          uuid               NOT NULL,
    claim            uuid,
    project_id       text               NOT NULL,
    actor            text               NOT NULL,
    digest           bytea              NOT NULL,
    data             json               NOT NULL,
    private          json,
    salt             uuid,
    PRIMARY KEY (bucket, task_id, version)
) PARTITION BY LIST (bucket);

CREATE INDEX task_event_feed ON task_ledger.task_event (shard, feed);
