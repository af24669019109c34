-- Records of several tasks.
-- Returns: (task_id, record), the record as the text of its JSON.
-- Arguments: task_ids, an array.
-- Usage: task_ledger.projector.projection, before it folds new events onto them.
SELECT r.task_id, to_json(r)::text
FROM task_ledger.task_record AS r
WHERE r.task_id = ANY (%(task_ids)s::uuid[])
