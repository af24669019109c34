-- Which of several tasks are in quarantine.
-- Returns: (task_id).
-- Arguments: follower; task_ids, an array.
-- Usage: task_ledger.projector.projection.
SELECT task_id FROM task_ledger.dead_letter
WHERE follower = %(follower)s AND task_id = ANY (%(task_ids)s::uuid[])
