-- What a month that is being retired, or was, held of each project: the range of its numbers in the
-- project's timeline, which other months' numbers may interrupt, and the number of its tasks by type and
-- status, as {"type": {"status": n}}.
-- Usage: written by task_ledger.prepare_retirement; counts once task_ledger.bucket has closed_at.
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
