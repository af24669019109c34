-- How many tasks of each type and status a project has: counts of task_ledger.task_record, kept by its
-- triggers in the transaction of each change, whoever makes it.
-- Usage: a list's counts; task_ledger.recount_tasks counts anew.
CREATE TABLE task_ledger.task_count (
    project_id text   NOT NULL,
    task_type  text   NOT NULL,
    status     text   NOT NULL,
    tasks      bigint NOT NULL,
    PRIMARY KEY (project_id, task_type, status)
) WITH (fillfactor = 50);
