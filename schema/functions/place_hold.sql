-- Places a legal hold, and records it in the access log.
--
-- Returns: bigint, the hold's number. Raises TL004 (no actor or reason), TL008 if the month has left
--          already.
-- Arguments: p_project_id, null for every project; p_bucket, null for every month; p_actor; p_reason, 1
--            to 1,000 bytes.
-- Usage: task-ledger archive hold, as the owner. Waits for a concurrent task_ledger.retire_bucket.
CREATE OR REPLACE FUNCTION task_ledger.place_hold(p_project_id text, p_bucket integer, p_actor text, p_reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '5s'
AS $$
DECLARE
    v_id      bigint;
    v_archive text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('task-ledger buckets', 0));
    SELECT b.archive INTO v_archive FROM task_ledger.bucket AS b
    WHERE b.bucket = p_bucket AND b.closed_at IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'month % has left: it is in the archive %', p_bucket, v_archive
            USING ERRCODE = 'TL008', HINT = 'Keep the archive where nobody can delete it.';
    END IF;
    IF (octet_length(p_actor) BETWEEN 1 AND 200 AND octet_length(p_reason) BETWEEN 1 AND 1000
        AND btrim(p_reason) <> '' AND coalesce(octet_length(p_project_id), 1) BETWEEN 1 AND 200) IS NOT TRUE THEN
        RAISE EXCEPTION 'a hold has an actor of 1 to 200 bytes and a reason of 1 to 1000' USING ERRCODE = 'TL004';
    END IF;
    INSERT INTO task_ledger.legal_hold (project_id, bucket, placed_by, reason)
    VALUES (p_project_id, p_bucket, p_actor, p_reason) RETURNING id INTO v_id;
    PERFORM task_ledger.record_access(
        p_actor, 'hold_placed', p_project_id, NULL,
        format('hold %s of %s: %s', v_id, coalesce('month ' || p_bucket, 'all months'), p_reason));
    RETURN v_id;
END
$$;
