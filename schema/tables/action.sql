-- Actions on many tasks: cancel, run again, end the countdown, comment. A draft lists its tasks and does
-- nothing; once started, the projector carries it out task by task. project_id is null if the tasks are
-- of several projects, query if they were selected. The reason goes into each event, and is null again
-- when the action has ended, so that it can be erased there. Drafts are deleted after an hour, ended
-- actions after 30 days.
-- Usage: written by task_ledger.draft_action, start_action and stop_action; ended and deleted by the
--        projector.
CREATE TABLE task_ledger.action (
    id         uuid        PRIMARY KEY,
    kind       text        NOT NULL CHECK (kind IN ('cancel', 'rerun', 'retry', 'comment')),
    terminate  boolean     NOT NULL DEFAULT false,
    project_id text        CHECK (octet_length(project_id) <= 1000),
    query      text        CHECK (octet_length(query) <= 4000),
    actor      text        NOT NULL CHECK (actor <> '' AND octet_length(actor) <= 200),
    reason     text        CHECK (char_length(reason) BETWEEN 1 AND 2000),
    drafted_at timestamptz NOT NULL,
    started_at timestamptz,
    stopped_at timestamptz,
    ended_at   timestamptz
);

CREATE INDEX action_open ON task_ledger.action (started_at) WHERE started_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX action_by_project ON task_ledger.action (project_id, drafted_at DESC);
