-- Private fields that the writers of a task's events passed in the clear part of the data, beside a private
-- part. Digests cover the clear part as it is, so an erasure leaves it.
-- Returns: (version, fields), an array of names, for each event that has such fields, by version.
-- Arguments: task_id; versions, an array, or null for all.
-- Usage: task_ledger.eventlog.erasure.left_in_clear, as the eraser, before an erasure and after it.
SELECT e.version, f.names
FROM task_ledger.task_event AS e
CROSS JOIN LATERAL (
    SELECT array_agg(d.key ORDER BY d.key) AS names
    FROM json_each((task_ledger.erased(e)).data) AS d
    WHERE d.key = ANY (task_ledger.private_fields(e.type))
        AND (d.key <> 'error' OR json_typeof(d.value) <> 'object'
             OR d.value -> 'message' IS NOT NULL OR d.value -> 'traceback_sha256' IS NOT NULL)) AS f
WHERE e.bucket = task_ledger.bucket_of(%(task_id)s) AND e.task_id = %(task_id)s
    AND (%(versions)s::integer[] IS NULL OR e.version = ANY (%(versions)s::integer[]))
    AND f.names IS NOT NULL
ORDER BY e.version
