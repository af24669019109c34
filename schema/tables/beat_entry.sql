-- When each entry of a beat schedule was last started, so that two beats do not start it twice and
-- a restarted beat continues. What a beat knows of the entry besides: its task and schedule in words, the
-- project of what it starts (null if that is untracked), the next start, until when the beat will have
-- looked again (watched_until), the task that was started last, and the type of the error if the last
-- start failed. asked_by is who asked for a start outside the schedule that no beat has done yet.
-- Usage: read and written by task_ledger.celery.beat, in the transaction that registers the task; the API
--        reads it, and asks by task_ledger.start_schedule.
CREATE TABLE task_ledger.beat_entry (
    name          text        PRIMARY KEY,
    last_run_at   timestamptz NOT NULL,
    runs          bigint      NOT NULL DEFAULT 0,
    task          text,
    schedule      text,
    project_id    text,
    next_run_at   timestamptz,
    watched_until timestamptz,
    last_task_id  uuid,
    failure       text,
    asked_by      text,
    asked_at      timestamptz
);
