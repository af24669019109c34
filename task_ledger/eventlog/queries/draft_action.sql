-- Stores what is to be done with which tasks.
-- Returns: nothing.
-- Arguments: those of task_ledger.draft_action.
-- Usage: task_ledger.eventlog.actions.draft_action.
SELECT task_ledger.draft_action(
    %(id)s, %(kind)s, %(terminate)s, %(project_id)s, %(query)s, %(actor)s, %(task_ids)s::uuid[],
    %(new_task_ids)s::uuid[])
