-- Makes the caller's commit wait until it is flushed to disk, even with synchronous_commit off; a
-- stricter setting is kept. Earlier commits are then on disk, too.
--
-- Returns: text, the new setting; null where it was strict enough.
-- Arguments: none.
-- Usage: PERFORM task_ledger.wait_for_disk(); task_ledger.append, at an end and before a countdown.
--        Inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.wait_for_disk()
RETURNS text
LANGUAGE sql VOLATILE
RETURN CASE WHEN current_setting('synchronous_commit') = 'off'
    THEN set_config('synchronous_commit', 'on', true) END;
