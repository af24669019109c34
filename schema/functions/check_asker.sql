-- Refuses an actor that is reserved for a part of the ledger.
--
-- Returns: nothing; raises TL004.
-- Arguments: p_actor, who registers or cancels.
-- Usage: task_ledger.request_cancel; task_ledger.register and task_ledger.check_many after their own
--        check has failed.
CREATE OR REPLACE FUNCTION task_ledger.check_asker(p_actor text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF NOT task_ledger.may_ask(p_actor) THEN
        RAISE EXCEPTION 'a part of the ledger acts as %, so nobody else may ask under this name', p_actor
            USING ERRCODE = 'TL004', HINT = 'Pass another actor.';
    END IF;
END
$$;
