-- The types of events. The first six move a task through its lifecycle, and the last one of them is
-- the task's state; the others change no state.
-- Usage: task_event.type and .state. Grows by ALTER TYPE … ADD VALUE; a value is never removed.
CREATE TYPE task_ledger.event_type AS ENUM (
    'registered', 'started', 'progress', 'retrying', 'completed', 'failed',
    'cancel_requested', 'noted', 'retry_requested'
);
