-- Numbers events in their projects' timelines, without gaps, in the order of the arrays. An event
-- that has its number keeps it. A task's versions ascend, whatever the order: where a feed went back
-- before an event was numbered, a later one of its task has the lower feed number. It is numbered
-- behind those before it, also behind those that are not among the arrays.
-- Returns: nothing.
-- Arguments: arrays of one length: recorded_ats, versions, types, task_ids, project_ids.
-- Usage: task_ledger.projector.projection, in the transaction that holds the projects' shards;
--        who does not hold them could give a number twice.
WITH sighted AS (
    SELECT n.*
    FROM unnest(%(recorded_ats)s::timestamptz[], %(versions)s::integer[],
                %(types)s::task_ledger.event_type[], %(task_ids)s::uuid[], %(project_ids)s::text[])
        WITH ORDINALITY AS n (recorded_at, version, type, task_id, project_id, place)
    WHERE NOT EXISTS (
        SELECT FROM task_ledger.project_timeline AS t
        WHERE t.bucket = task_ledger.bucket_of(n.task_id) AND t.task_id = n.task_id
            AND t.version = n.version)
), early AS (
    SELECT s.*
    FROM sighted AS s
    WHERE s.version > 1
        AND NOT EXISTS (
            SELECT FROM sighted AS b WHERE b.task_id = s.task_id AND b.version = s.version - 1)
        AND NOT EXISTS (
            SELECT FROM task_ledger.project_timeline AS t
            WHERE t.bucket = task_ledger.bucket_of(s.task_id) AND t.task_id = s.task_id
                AND t.version = s.version - 1)
), wanted AS (
    SELECT s.* FROM sighted AS s
    UNION ALL
    SELECT b.recorded_at, b.version, b.type, b.task_id, b.project_id, min(s.place)
    FROM early AS s
    JOIN task_ledger.task_event AS b
        ON b.bucket = task_ledger.bucket_of(s.task_id) AND b.task_id = s.task_id AND b.version < s.version
    WHERE NOT EXISTS (
            SELECT FROM task_ledger.project_timeline AS t
            WHERE t.bucket = b.bucket AND t.task_id = b.task_id AND t.version = b.version)
        AND NOT EXISTS (
            SELECT FROM sighted AS o WHERE o.task_id = b.task_id AND o.version = b.version)
    GROUP BY b.recorded_at, b.version, b.type, b.task_id, b.project_id
), placed AS MATERIALIZED (
    SELECT w.*, task_ledger.bucket_of(w.task_id) AS bucket,
        min(w.place) OVER (PARTITION BY w.task_id ORDER BY w.version DESC) AS at
    FROM wanted AS w
), counted AS MATERIALIZED (
    SELECT p.project_id, count(*) AS events FROM placed AS p GROUP BY p.project_id
), known AS (
    UPDATE task_ledger.project_head AS h
    SET seq = h.seq + c.events
    FROM counted AS c
    WHERE h.project_id = c.project_id
    RETURNING h.project_id, h.seq, h.id
), added AS (
    -- Not ON CONFLICT, which would take an id for each project each time.
    INSERT INTO task_ledger.project_head AS h (project_id, seq)
    SELECT c.project_id, c.events
    FROM counted AS c
    WHERE NOT EXISTS (SELECT FROM known AS k WHERE k.project_id = c.project_id)
    RETURNING h.project_id, h.seq, h.id
), heads AS (
    SELECT k.* FROM known AS k
    UNION ALL
    SELECT a.* FROM added AS a
), numbered AS (
    INSERT INTO task_ledger.project_timeline (seq, recorded_at, version, type, bucket, project, task_id, project_id)
    SELECT
        h.seq - c.events + row_number() OVER (PARTITION BY s.project_id ORDER BY s.at, s.version),
        s.recorded_at, s.version, s.type, s.bucket, h.id, s.task_id, s.project_id
    FROM placed AS s
    JOIN counted AS c ON c.project_id = s.project_id
    JOIN heads AS h ON h.project_id = s.project_id
    RETURNING project_id, bucket, seq
)
INSERT INTO task_ledger.project_bucket AS b (project_id, bucket, first_seq, last_seq)
SELECT n.project_id, n.bucket, min(n.seq), max(n.seq) FROM numbered AS n GROUP BY n.project_id, n.bucket
ON CONFLICT (project_id, bucket) DO UPDATE SET last_seq = excluded.last_seq
