-- Stores another dispatch of an attempt.
-- Returns: whether there is another dispatch.
-- Arguments: those of task_ledger.dispatch_again.
-- Usage: task_ledger.projector.redispatch.
SELECT task_ledger.dispatch_again(%(task_id)s, %(attempt)s)
