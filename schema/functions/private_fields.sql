-- The names of the private fields of an event's data, which an erasure removes. Of `error`, only message
-- and traceback_sha256 are private.
--
-- Returns: text[].
-- Arguments: p_type, the event's type.
-- Usage: task_ledger.erased, for events with a single text. Must agree with task_ledger.model.events.
CREATE OR REPLACE FUNCTION task_ledger.private_fields(p_type task_ledger.event_type)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE p_type
    WHEN 'registered' THEN '{name,metadata,entity}'::text[]
    WHEN 'progress' THEN '{step,detail}'
    WHEN 'retrying' THEN '{error}'
    WHEN 'completed' THEN '{result}'
    WHEN 'failed' THEN '{message,error}'
    WHEN 'cancel_requested' THEN '{reason}'
    WHEN 'noted' THEN '{message}'
    WHEN 'retry_requested' THEN '{reason}'
    ELSE '{}'
END;
