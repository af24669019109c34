-- The number of failed tasks per group of failures and hour (UTC). A part of the read model, maintained
-- with task_ledger.failure_group; the projector deletes hours older than 15 days.
-- Usage: the trend of a group.
CREATE TABLE task_ledger.failure_hour (
    project_id  text        NOT NULL,
    fingerprint text        NOT NULL,
    hour        timestamptz NOT NULL,
    tasks       bigint      NOT NULL,
    PRIMARY KEY (project_id, fingerprint, hour)
) WITH (fillfactor = 70);
