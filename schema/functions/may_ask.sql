-- Whether this actor may register and cancel tasks. Names reserved for parts of the ledger are refused,
-- regardless of case, so that an event's actor is unambiguous. `beat` may register tasks.
--
-- Returns: boolean.
-- Arguments: p_actor.
-- Usage: task_ledger.register, task_ledger.enqueue_many, task_ledger.check_asker; inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.may_ask(p_actor text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(p_actor) NOT IN (
    'projector', 'relay', 'reconciler', 'sealer', 'notifier', 'next-steps', 'worker');
