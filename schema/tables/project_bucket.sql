-- The first and the last number that each project's timeline has in each partition. Partitions
-- overlap: a task's events go on while later months have begun.
-- Usage: readers bound the partition of a timeline by it, so that a page touches one or two; written
--        by the projector, in the transaction that stores the numbers.
CREATE TABLE task_ledger.project_bucket (
    project_id text    NOT NULL,
    bucket     integer NOT NULL,
    first_seq  bigint  NOT NULL,
    last_seq   bigint  NOT NULL,
    PRIMARY KEY (project_id, bucket)
) WITH (fillfactor = 50);
