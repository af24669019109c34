-- Numbers of events, as text.
-- Returns: nothing.
-- Arguments: none; the rows follow.
-- Usage: task_ledger.projector.numbering.
COPY task_ledger.project_timeline (seq, recorded_at, version, type, bucket, project, task_id, project_id) FROM STDIN
