-- Stores another dispatch of an attempt.
-- Returns: whether there is another dispatch.
-- Arguments: those of ledger.dispatch_again.
-- Usage: task_ledger.projector.redispatch.
SELECT ledger.dispatch_again(%(task_id)s, %(attempt)s)
