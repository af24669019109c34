-- Updates a task's record after an erasure: sets each private value as task_ledger.model.fold does for
-- the erased event. Not granted to any role.
--
-- Returns: nothing.
-- Arguments: p_task_id; the same transaction has erased its events and holds the projector's checkpoint
--            of its shard.
-- Usage: task_ledger.erase.
CREATE OR REPLACE FUNCTION task_ledger.erase_record(p_task_id uuid)
RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_record   task_ledger.task_record;
    v_event    task_ledger.task_event;
    v_reported boolean := false;
    v_error    boolean := false;
BEGIN
    SELECT * INTO v_record FROM task_ledger.task_record AS r WHERE r.task_id = p_task_id;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- Newest first: what an older attempt, or an older progress, says is in no record.
    FOR v_event IN
        SELECT * FROM task_ledger.task_event AS e
        WHERE e.bucket = task_ledger.bucket_of(p_task_id) AND e.task_id = p_task_id AND e.version <= v_record.version
        ORDER BY e.version DESC
    LOOP
        IF v_event.type = 'progress' AND v_event.attempt = v_record.attempt AND NOT v_reported THEN
            v_reported := true;
            CONTINUE WHEN json_typeof(v_event.private) IS DISTINCT FROM 'string';
            v_record.step := coalesce(v_event.data ->> 'step', '[erased]');
            v_record.detail := v_event.data ->> 'detail';
        ELSIF v_event.type IN ('retrying', 'failed') AND NOT v_error THEN
            v_error := true;
            CONTINUE WHEN json_typeof(v_event.private) IS DISTINCT FROM 'string' OR v_record.error IS NULL;
            v_record.error := CASE json_typeof(v_event.data -> 'error') WHEN 'object' THEN (
                SELECT json_object_agg(f.key, f.value)
                FROM (SELECT c.key, c.value FROM json_each(v_event.data -> 'error') AS c
                      UNION ALL SELECT 'message', to_json('[erased]'::text)
                      WHERE v_event.data -> 'error' -> 'message' IS NULL) AS f) END;
            -- As task_ledger.model.fingerprint, of which only the message has changed.
            IF v_record.fingerprint IS NOT NULL AND v_event.data -> 'error' -> 'message' IS NULL THEN
                v_record.fingerprint := left(encode(sha256(
                    convert_to(v_record.task_type, 'UTF8') || '\x00'::bytea
                    || convert_to(coalesce(v_record.error ->> 'type', v_record.failure_reason), 'UTF8')
                    || '\x00'::bytea || convert_to(coalesce(v_record.error ->> 'place', ''), 'UTF8')
                    || '\x00'::bytea || convert_to(coalesce(v_record.error ->> 'message', ''), 'UTF8')), 'hex'), 16);
            END IF;
        ELSIF json_typeof(v_event.private) = 'string' AND v_event.type = 'completed' THEN
            v_record.result := v_event.data -> 'result';
        ELSIF json_typeof(v_event.private) = 'string' AND v_event.type = 'registered' THEN
            v_record.task_name := coalesce(v_event.data ->> 'name', '[erased]');
            v_record.metadata := coalesce(v_event.data -> 'metadata', '{}');
            v_record.entity := v_event.data -> 'entity';
        END IF;
    END LOOP;
    UPDATE task_ledger.task_record AS r
    SET (task_name, metadata, entity, step, detail, error, fingerprint, result) = (
        v_record.task_name, v_record.metadata, v_record.entity, v_record.step, v_record.detail,
        v_record.error, v_record.fingerprint, v_record.result)
    WHERE r.task_id = p_task_id;
END
$$;
