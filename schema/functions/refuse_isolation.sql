-- Refuses the transaction's isolation level.
--
-- Returns: never; raises TL001.
-- Arguments: none.
-- Usage: when ledger.begin_write answers false, and in ledger.register.
CREATE OR REPLACE FUNCTION ledger.refuse_isolation()
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RAISE EXCEPTION 'events are written at READ COMMITTED, this transaction is %',
        upper(current_setting('transaction_isolation'))
        USING ERRCODE = 'TL001', HINT = 'Use a READ COMMITTED transaction for this session.';
END
$$;
