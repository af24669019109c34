-- A task's versions are 1, 2, 3 …, and the first one, and no other, registers it.
SELECT e.task_id, format('its %s events have the versions %s to %s',
    count(*), min(e.version), max(e.version))
FROM task_ledger.task_event AS e
GROUP BY e.task_id
HAVING min(e.version) <> 1 OR max(e.version) <> count(*) OR count(DISTINCT e.version) <> count(*)
UNION ALL
SELECT e.task_id, format('version %s is %s', e.version, e.type)
FROM task_ledger.task_event AS e
WHERE (e.version = 1) <> (e.type = 'registered')
UNION ALL
SELECT min(e.task_id::text)::uuid, format('number %s of feed %s stands in %s events', e.feed, e.shard, count(*))
FROM task_ledger.task_event AS e
WHERE NOT EXISTS (SELECT FROM chaos.set_back AS b
                  WHERE b.shard = e.shard AND e.feed > b.back_to AND e.feed <= b.up_to)
GROUP BY e.shard, e.feed
HAVING count(*) > 1
