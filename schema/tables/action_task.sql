-- The tasks of an action, each once, in their order. outcome is null until it was done: then `done`, or why
-- nothing was done; detail says more. new_task_id is the id under which the task is run again. Outcome and
-- event are one commit, so an action that was interrupted does nothing twice.
-- Usage: written by task_ledger.draft_action; done by task_ledger.projector.acting.
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
