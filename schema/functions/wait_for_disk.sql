-- Makes the commit of the caller's transaction wait for the disk, even if the session's setting
-- would not; a stricter setting is kept. What was committed before is on the disk then, too.
--
-- Returns: text, the new setting; null where it was strict enough.
-- Arguments: none.
-- Usage: PERFORM task_ledger.wait_for_disk(); task_ledger.append, at an end and before a countdown. Inlined by
--        the planner.
CREATE OR REPLACE FUNCTION task_ledger.wait_for_disk()
RETURNS text
LANGUAGE sql VOLATILE
RETURN CASE WHEN current_setting('synchronous_commit') = 'off'
    THEN set_config('synchronous_commit', 'on', true) END;
