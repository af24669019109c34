-- The tasks of an action, each once, in order. outcome is null until the task was processed: then `done`,
-- or why nothing was done, with more in detail. new_task_id is the id of the new run. Outcome and event
-- are one commit, so an interrupted action does nothing twice.
-- Usage: written by task_ledger.draft_action; processed by task_ledger.projector.acting.
CREATE TABLE task_ledger.action_task (
    action_id   uuid        NOT NULL,
    position    integer     NOT NULL,
    task_id     uuid        NOT NULL,
    new_task_id uuid,
    outcome     text,
    detail      text,
    done_at     timestamptz,
    PRIMARY KEY (action_id, task_id)
);

CREATE INDEX action_task_open ON task_ledger.action_task (action_id, position) WHERE outcome IS NULL;
