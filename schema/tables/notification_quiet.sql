-- The quiet times that have begun: until when a rule's notifications of a project are held back, and how
-- many were. project_id is '' for what belongs to no project.
-- Usage: made with a notification; when the time is over, one notification tells how many were held back.
CREATE TABLE task_ledger.notification_quiet (
    rule_id    bigint      NOT NULL REFERENCES task_ledger.notification_rule ON DELETE CASCADE,
    project_id text        NOT NULL,
    until      timestamptz NOT NULL,
    held       bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (rule_id, project_id)
);
