-- Removes a month from the database, in one transaction: readers see all of it or nothing. Drops the
-- partitions of its events and numbers, and records it in the access log.
--
-- Dropping a partition takes an exclusive lock on the log, and writers queue behind it, so each of twenty
-- tries waits at most 200 ms. Waits for transactions that read the log; never cancels them.
--
-- Returns: nothing. Raises TL008 if the month is not closing, there is an obstacle, or the number of
--          events differs from the archive's; 55P03 if a lock was not acquired: call again.
-- Arguments: p_bucket; p_archive, the archive's name; p_events, its number of events; p_root, the root
--            over their leaves, by project and number; p_actor.
-- Usage: task-ledger retire, after verifying the archive and calling task_ledger.prepare_retirement.
CREATE OR REPLACE FUNCTION task_ledger.retire_bucket(
    p_bucket integer, p_archive text, p_events bigint, p_root bytea, p_actor text
)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '200ms'
AS $$
DECLARE
    v_held record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('task-ledger buckets', 0));
    IF task_ledger.writers_left(p_bucket) IS DISTINCT FROM false
        OR EXISTS (SELECT FROM task_ledger.bucket AS b WHERE b.bucket = p_bucket AND b.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'month % is not being retired', p_bucket USING ERRCODE = 'TL008';
    END IF;
    SELECT * INTO v_held FROM task_ledger.retirement_obstacles(p_bucket) AS o LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'month % cannot be retired: %: %', p_bucket, v_held.kind, v_held.detail
            USING ERRCODE = 'TL008';
    END IF;
    IF (SELECT count(*) FROM task_ledger.task_event AS e WHERE e.bucket = p_bucket) <> p_events
        OR (SELECT coalesce(sum(octet_length(l.leaves)), 0) FROM task_ledger.retired_leaf AS l
            WHERE l.bucket = p_bucket) <> p_events * 32 THEN
        RAISE EXCEPTION 'month % has other events than the % that were archived', p_bucket, p_events
            USING ERRCODE = 'TL008';
    END IF;
    UPDATE task_ledger.bucket AS b
    SET closed_at = clock_timestamp(), archive = p_archive, events = p_events, root = p_root
    WHERE b.bucket = p_bucket;
    DELETE FROM task_ledger.project_bucket AS b WHERE b.bucket = p_bucket;
    FOR v_try IN 1..20 LOOP
        BEGIN
            -- First, because task_ledger.record_access may wait longer, and everybody would wait behind it.
            LOCK TABLE task_ledger.access_log IN SHARE ROW EXCLUSIVE MODE;
            EXECUTE format('LOCK TABLE ONLY task_ledger.task_event, ONLY task_ledger.project_timeline, '
                           'task_ledger.%I, task_ledger.%I IN ACCESS EXCLUSIVE MODE',
                           'task_event_' || p_bucket, 'project_timeline_' || p_bucket);
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            IF v_try = 20 THEN
                RAISE;
            END IF;
            PERFORM pg_sleep(0.3);
        END;
    END LOOP;
    EXECUTE format('DROP TABLE task_ledger.%I, task_ledger.%I',
                   'task_event_' || p_bucket, 'project_timeline_' || p_bucket);
    PERFORM task_ledger.record_access(
        p_actor, 'retirement', NULL, NULL,
        format('month %s: %s events, archive %s, root %s', p_bucket, p_events, p_archive, encode(p_root, 'hex')));
END
$$;
