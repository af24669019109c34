-- When each entry of a beat schedule was last started, so that two beats do not start it twice and a
-- restarted beat continues. Further state that beat reports: task and schedule in words, project (null if
-- the task is untracked), next start, the time by which beat will have checked it again (watched_until),
-- the last task started, and the error's type if the last start failed. asked_by is the actor of a
-- pending request to start it now.
-- Usage: read and written by task_ledger.celery.beat, in the transaction that registers the task; the API
--        reads it, and requests starts with task_ledger.start_schedule.
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
