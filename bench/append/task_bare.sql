-- The same seven rows by plain INSERT into bench.event, which checks, chains and decides nothing.
-- Returns: nothing that is read. Arguments: none. Usage: pgbench -M prepared -f.
\set project random(1, 1000)
\set shard random(0, 15)
INSERT INTO bench.event (occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
    max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data)
VALUES (now(), clock_timestamp(), NULL, nextval('bench.feed'), bench.this_month(), 1, 'registered', 'registered', 0,
    4, :shard, 1, false, uuidv7(), NULL, 'project-' || :project::integer, 'bench',
    '\x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
    '{"task_type":"page.ocr","name":"Read page A-101","metadata":{"page_id":"A-101"},"queue":"ocr"}')
RETURNING task_id AS task, gen_random_uuid() AS claim \gset
INSERT INTO bench.event (occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
    max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data)
VALUES (now(), clock_timestamp(), NULL, nextval('bench.feed'), bench.this_month(), 2, 'started', 'started', 1,
    4, :shard, 1, false, :task::uuid, :claim::uuid, 'project-' || :project::integer, 'worker-1',
    '\x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
    '{"worker":"worker-1","host":"bench","pid": 4242,"queue":"ocr","redelivered": false}');
INSERT INTO bench.event (occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
    max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data)
VALUES (now(), clock_timestamp(), NULL, nextval('bench.feed'), bench.this_month(), 3, 'progress', 'progress', 1,
    4, :shard, 1, false, :task::uuid, :claim::uuid, 'project-' || :project::integer, 'worker-1',
    '\x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
    '{"percent": 20.0,"step":"render"}');
INSERT INTO bench.event (occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
    max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data)
VALUES (now(), clock_timestamp(), NULL, nextval('bench.feed'), bench.this_month(), 4, 'progress', 'progress', 1,
    4, :shard, 1, false, :task::uuid, :claim::uuid, 'project-' || :project::integer, 'worker-1',
    '\x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
    '{"percent": 40.0,"step":"read"}');
INSERT INTO bench.event (occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
    max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data)
VALUES (now(), clock_timestamp(), NULL, nextval('bench.feed'), bench.this_month(), 5, 'progress', 'progress', 1,
    4, :shard, 1, false, :task::uuid, :claim::uuid, 'project-' || :project::integer, 'worker-1',
    '\x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
    '{"percent": 60.0,"step":"read"}');
INSERT INTO bench.event (occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
    max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data)
VALUES (now(), clock_timestamp(), NULL, nextval('bench.feed'), bench.this_month(), 6, 'progress', 'progress', 1,
    4, :shard, 1, false, :task::uuid, :claim::uuid, 'project-' || :project::integer, 'worker-1',
    '\x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
    '{"percent": 80.0,"step":"store"}');
INSERT INTO bench.event (occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
    max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id, actor, digest, data)
VALUES (now(), clock_timestamp(), NULL, nextval('bench.feed'), bench.this_month(), 7, 'completed', 'completed', 1,
    4, :shard, 1, false, :task::uuid, :claim::uuid, 'project-' || :project::integer, 'worker-1',
    '\x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
    '{"result":{"words": 1204}}');
