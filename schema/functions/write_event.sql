-- Inserts an event: sets its version, feed number, time and digest. Its callers have checked that
-- the event is legal. Not granted to any role.
--
-- Returns: the event as stored.
-- Arguments: p_last, the task's last event; e, the event with type, schema_version, actor,
--            occurred_at, data, private and the lifecycle after it (state … due_at) filled in.
-- Usage: request_cancel, note. task_ledger.append does the same in one statement.
CREATE OR REPLACE FUNCTION task_ledger.write_event(p_last task_ledger.task_event, e task_ledger.task_event)
RETURNS task_ledger.task_event
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM task_ledger.check_event(e.actor, e.data, e.occurred_at, e.due_at, e.private);
    e.version := p_last.version + 1;
    e.salt := CASE WHEN e.private IS NOT NULL THEN gen_random_uuid() END;
    e.recorded_at := greatest(p_last.recorded_at, clock_timestamp());
    PERFORM pg_current_xact_id();
    e.feed := task_ledger.next_feed(e.shard);
    e.digest := task_ledger.digest(
        p_last.digest, e.task_id, e.version, e.project_id, e.shard, e.feed, e.type,
        e.schema_version, e.actor, e.occurred_at, e.recorded_at, e.state, e.attempt,
        e.max_attempts, e.claim, e.cancel_requested, e.due_at, e.data, e.private, e.salt);
    INSERT INTO task_ledger.task_event VALUES (e.*);
    RETURN e;
END
$$;
