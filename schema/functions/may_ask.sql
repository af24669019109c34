-- Whether tasks may be registered and cancelled under this name: none of those that a part of the ledger
-- acts under, in whatever case, so that an event's actor says which it was. `beat` registers tasks.
--
-- Returns: boolean.
-- Arguments: p_actor.
-- Usage: task_ledger.register, task_ledger.enqueue_many, task_ledger.check_asker; inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.may_ask(p_actor text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(p_actor) NOT IN (
    'projector', 'relay', 'reconciler', 'sealer', 'notifier', 'next-steps', 'worker');
