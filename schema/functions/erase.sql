-- Erases the private text of a task's events, and what was derived from it: tracebacks, the record's
-- values, the reason of a quarantine, and, once the task has ended, its message. All in the caller's
-- transaction, with one row in the access log. Idempotent. Digests, seals and proofs stay valid.
--
-- Returns: one row: events, number erased now; tracebacks and messages, numbers deleted; message_left,
--          whether the task's message is still needed. No row for an unknown task. Raises TL001
--          (isolation), TL004 (no actor or reason), TL008 (its month is archived or being archived),
--          55P03 (a lock was not acquired within five seconds).
-- Arguments: p_task_id; p_versions, null for all events; p_actor; p_reason, 1 to 1,000 bytes: it stays in
--            the access log, so it must not repeat the erased text.
-- Usage: task-ledger erase. Waits for the task's writers and for the projector's tick of its shard; both
--        wait for the end of the transaction, so commit at once.
CREATE OR REPLACE FUNCTION task_ledger.erase(
    p_task_id uuid, p_versions integer[], p_actor text, p_reason text
)
RETURNS TABLE (events integer, tracebacks integer, messages integer, message_left boolean)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_last     task_ledger.task_event;
    v_versions integer[];
    v_whole    boolean := p_versions IS NULL OR 1 = ANY (p_versions);
BEGIN
    IF (octet_length(p_reason) BETWEEN 1 AND 1000 AND btrim(p_reason) <> '') IS NOT TRUE THEN
        RAISE EXCEPTION 'an erasure has a reason of 1 to 1000 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF (octet_length(p_actor) BETWEEN 1 AND 200) IS NOT TRUE THEN
        RAISE EXCEPTION 'an erasure has an actor of 1 to 200 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF NOT task_ledger.begin_write(p_task_id) THEN
        PERFORM task_ledger.refuse_isolation();
    END IF;
    IF task_ledger.is_closing(task_ledger.bucket_of(p_task_id)) THEN
        RAISE EXCEPTION 'the month of task % is in an archive, or is being archived', p_task_id
            USING ERRCODE = 'TL008', HINT = 'Once it has left, erase it in the archive: task-ledger archive erase.';
    END IF;
    SELECT * INTO v_last FROM task_ledger.last_event(p_task_id);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- The projector folds what it read of the record and the events before; while this is held, it
    -- neither reads nor stores any of this shard.
    PERFORM FROM task_ledger.checkpoint AS c
    WHERE c.follower = 'projector' AND c.shard = v_last.shard FOR UPDATE;

    WITH changed AS (
        UPDATE task_ledger.task_event AS e
        SET (data, private, salt) = (SELECT n.data, n.private, n.salt FROM task_ledger.erased(e) AS n)
        WHERE e.bucket = v_last.bucket AND e.task_id = p_task_id
            AND (p_versions IS NULL OR e.version = ANY (p_versions))
            AND NOT (task_ledger.erased(e) OPERATOR(pg_catalog.*=) e)
        RETURNING e.version)
    SELECT coalesce(array_agg(c.version ORDER BY c.version), '{}') INTO v_versions FROM changed AS c;
    events := cardinality(v_versions);

    DELETE FROM task_ledger.traceback AS t
    WHERE t.task_id = p_task_id AND (p_versions IS NULL OR t.version = ANY (p_versions));
    GET DIAGNOSTICS tracebacks = ROW_COUNT;

    messages := 0;
    message_left := v_whole AND v_last.state NOT IN ('completed', 'failed')
        AND EXISTS (SELECT FROM task_ledger.message AS m WHERE m.task_id = p_task_id);
    IF v_whole AND v_last.state IN ('completed', 'failed') THEN
        DELETE FROM task_ledger.outbox AS o WHERE o.task_id = p_task_id;
        DELETE FROM task_ledger.message AS m WHERE m.task_id = p_task_id;
        GET DIAGNOSTICS messages = ROW_COUNT;
    END IF;

    IF events + tracebacks + messages > 0 THEN
        PERFORM task_ledger.erase_record(p_task_id);
        -- Why a task could not be folded may name keys of its data.
        UPDATE task_ledger.dead_letter AS d SET reason = '[erased]' WHERE d.task_id = p_task_id;
        -- A fingerprint is a hash of the error's message too.
        UPDATE task_ledger.notification AS n SET fingerprint = NULL WHERE n.task_id = p_task_id;
        PERFORM task_ledger.record_access(
            p_actor, 'erasure', v_last.project_id, p_task_id,
            format('versions %s; %s tracebacks; %s messages; by the login %s; %s',
                   left(array_to_string(v_versions, ','), 500), tracebacks, messages, session_user, p_reason));
    END IF;
    RETURN NEXT;
END
$$;
