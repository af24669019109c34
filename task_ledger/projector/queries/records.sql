-- Records of several tasks, and which of them are in quarantine.
-- Returns: (task_id, record): the text of the record's JSON; another row with null for a task in
--          quarantine.
-- Arguments: task_ids, an array; follower.
-- Usage: task_ledger.projector.projection, before it folds new events onto them.
SELECT r.task_id, to_json(r)::text
FROM task_ledger.task_record AS r
WHERE r.task_id = ANY (%(task_ids)s::uuid[])
UNION ALL
SELECT d.task_id, NULL
FROM task_ledger.dead_letter AS d
WHERE d.follower = %(follower)s AND d.task_id = ANY (%(task_ids)s::uuid[])
