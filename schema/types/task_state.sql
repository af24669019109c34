-- Where a task stands in its lifecycle: the type of its last lifecycle event.
-- Usage: task_event.state, carried forward on every row.
CREATE TYPE ledger.task_state AS ENUM (
    'registered', 'started', 'progress', 'retrying', 'completed', 'failed'
);
