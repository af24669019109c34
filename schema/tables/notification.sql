-- Notifications to send, sent (kept for a week) and given up (kept for a quarter). Rows contain no
-- private data: a message's task data is read from the task's record when it is sent. key identifies the
-- message to its receiver across tries. fingerprint and failed_after identify a group of failures and a
-- return, so that a rule notifies the first failure and each return once. try_at is the time of the next
-- try; while one is under way, the time after which another notifier may take it over.
-- Usage: the notifier sends waiting rows, per task and channel in the order of their ids.
CREATE TABLE task_ledger.notification (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key          uuid        NOT NULL DEFAULT gen_random_uuid(),
    rule_id      bigint,
    channel      text        NOT NULL REFERENCES task_ledger.notification_channel ON DELETE CASCADE,
    trigger      text        NOT NULL,
    project_id   text,
    task_id      uuid,
    version      integer,
    fingerprint  text,
    failed_after timestamptz,
    detail       json        NOT NULL DEFAULT '{}',
    made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    try_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries        integer     NOT NULL DEFAULT 0,
    state        text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
    ended_at     timestamptz,
    last_error   text        CHECK (octet_length(last_error) <= 2000),
    UNIQUE (rule_id, project_id, fingerprint, failed_after)
) WITH (fillfactor = 70);

CREATE INDEX notification_waiting ON task_ledger.notification (try_at, id) WHERE state = 'waiting';
CREATE INDEX notification_by_task ON task_ledger.notification (task_id, channel, id);
CREATE INDEX notification_by_state ON task_ledger.notification (state, id);
CREATE INDEX notification_by_project ON task_ledger.notification (project_id, state, id);
CREATE INDEX notification_ended ON task_ledger.notification (state, ended_at);
