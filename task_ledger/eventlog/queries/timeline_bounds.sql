-- Where the numbers of a page of a timeline are.
-- Returns: first, last, the numbers of the page's range; low, high, the partitions that have any of
--          them; rest, whether there are numbers of the timeline between `after` and `before` beyond
--          the range. No row if the timeline has no number between them.
-- Arguments: project_id; after and before, both excluded; look, how many numbers, null for all;
--            newest_first, from which end.
-- Usage: task_ledger.eventlog.timeline. Reads the project's rows of project_bucket, at most one a month.
WITH own AS MATERIALIZED (
    SELECT b.bucket, b.first_seq, b.last_seq
    FROM task_ledger.project_bucket AS b
    WHERE b.project_id = %(project_id)s
), ends AS (
    SELECT greatest(%(after)s::bigint + 1, min(o.first_seq)) AS first, least(%(before)s::bigint - 1, max(o.last_seq)) AS last
    FROM own AS o
), cut AS (
    SELECT e.first AS lowest, e.last AS highest,
        CASE WHEN %(newest_first)s::boolean THEN greatest(e.first, e.last - %(look)s::bigint + 1) ELSE e.first END AS first,
        CASE WHEN %(newest_first)s::boolean THEN e.last ELSE least(e.last, e.first + %(look)s::bigint - 1) END AS last
    FROM ends AS e
    WHERE e.first <= e.last
)
SELECT c.first, c.last, min(o.bucket), max(o.bucket), c.first > c.lowest OR c.last < c.highest
FROM cut AS c
JOIN own AS o ON o.first_seq <= c.last AND o.last_seq >= c.first
GROUP BY c.first, c.last, c.lowest, c.highest
