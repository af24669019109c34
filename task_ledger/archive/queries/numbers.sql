-- The numbers of a project's events of a month, as ranges.
-- Returns: first, last.
-- Arguments: bucket; project_id.
-- Usage: task_ledger.archive.places.
SELECT min(n.seq), max(n.seq)
FROM (
    SELECT t.seq, t.seq - row_number() OVER (ORDER BY t.seq) AS run
    FROM task_ledger.project_timeline AS t
    WHERE t.bucket = %(bucket)s AND t.project = (SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s)
) AS n
GROUP BY n.run
ORDER BY 1
