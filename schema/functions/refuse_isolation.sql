-- Refuses a write that could not begin, because of the transaction's isolation level or a missing task
-- id.
--
-- Returns: never; raises TL001 or TL004.
-- Arguments: none.
-- Usage: when task_ledger.begin_write returns false, and in task_ledger.register.
CREATE OR REPLACE FUNCTION task_ledger.refuse_isolation()
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF current_setting('transaction_isolation') = 'read committed' THEN
        RAISE EXCEPTION 'task_id is missing' USING ERRCODE = 'TL004';
    END IF;
    RAISE EXCEPTION 'events are written at READ COMMITTED, this transaction is %',
        upper(current_setting('transaction_isolation'))
        USING ERRCODE = 'TL001', HINT = 'Use a READ COMMITTED transaction for this session.';
END
$$;
