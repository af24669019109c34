-- Steps that wait for the end of a task: registered tasks that follow it, and messages to send if it
-- fails. ready_at and outcome are null until that task has ended; outcome is then `completed`, `ignored`
-- (completed, but nothing follows) or the reason of its failure. For an error callback, task_id is null
-- and message_id is the message to send. delay counts from the end of the preceding task. on_upstream:
-- also send if that task failed only because of one before it. after_failures: task_id is dispatched
-- however that task ended.
-- Usage: inserted by task_ledger.enqueue_next and task_ledger.send_on_failure, marked by the writer of
--        the end, deleted by task_ledger.take_next_steps.
CREATE TABLE task_ledger.next_step (
    id          bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    after       uuid     NOT NULL,
    task_id     uuid,
    message_id  bigint,
    delay       interval NOT NULL DEFAULT '0',
    on_upstream boolean  NOT NULL DEFAULT false,
    after_failures boolean NOT NULL DEFAULT false,
    ready_at    timestamptz,
    outcome     text,
    CHECK ((task_id IS NULL) <> (message_id IS NULL)),
    CHECK ((ready_at IS NULL) = (outcome IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX next_step_after ON task_ledger.next_step (after);
CREATE INDEX next_step_task ON task_ledger.next_step (task_id);
CREATE INDEX next_step_ready ON task_ledger.next_step (ready_at) WHERE ready_at IS NOT NULL;
