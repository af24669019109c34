-- The number of tasks of a group of failures that failed in each hour (UTC). A part of the read model,
-- maintained with task_ledger.failure_group; hours that are 15 days old are deleted by the projector.
-- Usage: the trend of a group.
CREATE TABLE task_ledger.failure_hour (
    project_id  text        NOT NULL,
    fingerprint text        NOT NULL,
    hour        timestamptz NOT NULL,
    tasks       bigint      NOT NULL,
    PRIMARY KEY (project_id, fingerprint, hour)
) WITH (fillfactor = 70);
