-- Counts of events per hour. A part of the read model: written by the projector in the transaction that
-- folds the events, so each event counts once.
--
-- A row is for one project, type and hour; for all projects of a shard, with project_id ''; or for all
-- projects and times, with hour -infinity. bucket is the tasks' bucket (see task_ledger.bucket_of): after
-- a month is retired, its rows stay unchanged. A count is named after the type of event, and its reason
-- or kind. waiting and duration are histograms: the number of values by bucket
-- (task_ledger.histogram_slot), null for none; waiting_us and duration_us are the sums of the values in
-- microseconds. An attempt waits from its due time to its start; the first attempt of a task that waits
-- for other tasks is not measured. A duration is the time from the start of an attempt to its successful
-- end.
-- Usage: charts, metrics, and the usual duration of a type. Hourly rows are deleted after
--        TASK_LEDGER_ROLLUP_DAYS, the totals are kept.
CREATE TABLE task_ledger.task_rollup (
    waiting_us                       bigint      NOT NULL DEFAULT 0,
    duration_us                      bigint      NOT NULL DEFAULT 0,
    registered                       bigint      NOT NULL DEFAULT 0,
    started                          bigint      NOT NULL DEFAULT 0,
    completed                        bigint      NOT NULL DEFAULT 0,
    failed_error                     bigint      NOT NULL DEFAULT 0,
    failed_cancelled                 bigint      NOT NULL DEFAULT 0,
    failed_expired                   bigint      NOT NULL DEFAULT 0,
    failed_timeout                   bigint      NOT NULL DEFAULT 0,
    failed_worker_lost               bigint      NOT NULL DEFAULT 0,
    failed_undeliverable             bigint      NOT NULL DEFAULT 0,
    failed_upstream                  bigint      NOT NULL DEFAULT 0,
    failed_bad_result                bigint      NOT NULL DEFAULT 0,
    failed_altered                   bigint      NOT NULL DEFAULT 0,
    retrying_error                   bigint      NOT NULL DEFAULT 0,
    retrying_timeout                 bigint      NOT NULL DEFAULT 0,
    retrying_worker_lost             bigint      NOT NULL DEFAULT 0,
    retrying_shortage                bigint      NOT NULL DEFAULT 0,
    noted_duplicate_delivery_refused bigint      NOT NULL DEFAULT 0,
    noted_late_write_refused         bigint      NOT NULL DEFAULT 0,
    hour                             timestamptz NOT NULL,
    bucket                           integer     NOT NULL,
    shard                            smallint    NOT NULL,
    project_id                       text        NOT NULL,
    task_type                        text        NOT NULL,
    waiting                          integer[]   NOT NULL DEFAULT '{}',
    duration                         integer[]   NOT NULL DEFAULT '{}',
    PRIMARY KEY (project_id, hour, task_type, bucket, shard)
) WITH (fillfactor = 60);
