-- What an event says. The first six move a task through its lifecycle; the last two change no state.
-- Usage: task_event.type. Grows by ALTER TYPE … ADD VALUE; a value is never removed or renamed.
CREATE TYPE ledger.event_type AS ENUM (
    'registered', 'started', 'progress', 'retrying', 'completed', 'failed',
    'cancel_requested', 'noted'
);
