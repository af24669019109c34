-- Adds numbers to the bounds of the partitions that they are in.
-- Returns: nothing.
-- Arguments: arrays of one length, each project and bucket once: project_ids, buckets, firsts, lasts.
-- Usage: task_ledger.projector.numbering, in the transaction that stores the numbers.
INSERT INTO task_ledger.project_bucket AS b (project_id, bucket, first_seq, last_seq)
SELECT n.* FROM unnest(%(project_ids)s::text[], %(buckets)s::integer[], %(firsts)s::bigint[], %(lasts)s::bigint[]) AS n
ON CONFLICT (project_id, bucket) DO UPDATE SET last_seq = excluded.last_seq
