-- Current quiet times: until when a rule's notifications of a project are held back, and how many were.
-- project_id is '' for notifications without a project.
-- Usage: created with a notification; when the time is over, one notification reports the number held
--        back.
CREATE TABLE task_ledger.notification_quiet (
    rule_id    bigint      NOT NULL REFERENCES task_ledger.notification_rule ON DELETE CASCADE,
    project_id text        NOT NULL,
    until      timestamptz NOT NULL,
    held       bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (rule_id, project_id)
);
