-- The last number given in each project's timeline. It outlives the numbered rows: otherwise a project
-- whose months have all left would begin at 1 again. id stands for the project in the timelines' indexes,
-- where its name would take several times the space.
-- Usage: the projector takes numbers from it, in the transaction that stores them.
CREATE TABLE task_ledger.project_head (
    project_id text    PRIMARY KEY,
    seq        bigint  NOT NULL,
    id         integer NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE
) WITH (fillfactor = 50);
