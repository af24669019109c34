-- The first and last number of each project's timeline in each partition. Partitions overlap: a task's
-- events may continue into later months.
-- Usage: readers use it to limit a page to one or two partitions; written by the projector, in the
--        transaction that stores the numbers.
CREATE TABLE task_ledger.project_bucket (
    project_id text    NOT NULL,
    bucket     integer NOT NULL,
    first_seq  bigint  NOT NULL,
    last_seq   bigint  NOT NULL,
    PRIMARY KEY (project_id, bucket)
) WITH (fillfactor = 50);
