-- Summary of each project in a month that is being or was retired: the range of its numbers in the
-- project's timeline (other months' numbers may interrupt it), and the number of its tasks by type and
-- status, as {"type": {"status": n}}.
-- Usage: written by task_ledger.prepare_retirement; valid once task_ledger.bucket has closed_at.
CREATE TABLE task_ledger.retired_project (
    project_id text    NOT NULL,
    bucket     integer NOT NULL,
    first_seq  bigint  NOT NULL,
    last_seq   bigint  NOT NULL,
    events     bigint  NOT NULL,
    tasks      bigint  NOT NULL,
    counts     jsonb   NOT NULL,
    PRIMARY KEY (project_id, bucket)
);
