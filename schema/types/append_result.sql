-- The result of every function that writes events. outcome appended, or the reason why nothing was
--   appended version the task's last version after the call (0: the task is unknown) state, attempt
--   the task's lifecycle after the call claim the claim that holds, or last held, the task
--   cancel_requested whether a cancel has been accepted due_at when the next attempt may start
--   (state retrying)
-- Usage: SELECT * FROM task_ledger.append(…).
CREATE TYPE task_ledger.append_result AS (
    outcome          text,
    version          integer,
    state            task_ledger.event_type,
    attempt          integer,
    claim            uuid,
    cancel_requested boolean,
    due_at           timestamptz
);
