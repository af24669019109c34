-- The number of tasks by project, type and status: counts of task_ledger.task_record, maintained by
-- its triggers in the transaction of each change.
-- Usage: counts of task lists; task_ledger.recount_tasks recounts.
CREATE TABLE task_ledger.task_count (
    project_id text   NOT NULL,
    task_type  text   NOT NULL,
    status     text   NOT NULL,
    tasks      bigint NOT NULL,
    PRIMARY KEY (project_id, task_type, status)
) WITH (fillfactor = 50);
