-- How long successful runs of a type usually take: the 95th percentile over the last 7 days, by project
-- and type. A part of the read model: computed from task_ledger.task_rollup by the projector.
-- runs is the number of runs it is computed from.
-- Usage: what runs longer than usual (is:slow in a query, and the page).
CREATE TABLE task_ledger.usual_duration (
    project_id text             NOT NULL,
    task_type  text             NOT NULL,
    runs       bigint           NOT NULL,
    p95_s      double precision NOT NULL,
    updated_at timestamptz      NOT NULL,
    PRIMARY KEY (project_id, task_type)
) WITH (fillfactor = 70);
