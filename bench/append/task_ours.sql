-- One task of seven events through the ledger's functions, each event its own transaction.
-- Returns: nothing that is read. Arguments: none. Usage: pgbench -M prepared -f.
\set project random(1, 1000)
SELECT task AS of_task, by_claim, task_ledger.register(
    task, 'project-' || :project::integer, 'bench', now(),
    '{"task_type":"page.ocr","queue":"ocr"}', 1, 4, NULL,
    '{"name":"Read page A-101","metadata":{"page_id":"A-101"}}')::text AS registered
    FROM (SELECT uuidv7() AS task, gen_random_uuid() AS by_claim OFFSET 0) AS drawn \gset
SELECT task_ledger.append(:of_task::uuid, 'started', :by_claim::uuid, 1, 'worker-1', now(),
    '{"worker":"worker-1","host":"bench","pid": 4242,"queue":"ocr","redelivered": false}', 1)::text;
SELECT task_ledger.append(:of_task::uuid, 'progress', :by_claim::uuid, 1, 'worker-1', now(),
    '{"percent": 20.0}', 1, p_private => '{"step":"render"}')::text;
SELECT task_ledger.append(:of_task::uuid, 'progress', :by_claim::uuid, 1, 'worker-1', now(),
    '{"percent": 40.0}', 1, p_private => '{"step":"read"}')::text;
SELECT task_ledger.append(:of_task::uuid, 'progress', :by_claim::uuid, 1, 'worker-1', now(),
    '{"percent": 60.0}', 1, p_private => '{"step":"read"}')::text;
SELECT task_ledger.append(:of_task::uuid, 'progress', :by_claim::uuid, 1, 'worker-1', now(),
    '{"percent": 80.0}', 1, p_private => '{"step":"store"}')::text;
SELECT task_ledger.append(:of_task::uuid, 'completed', :by_claim::uuid, 1, 'worker-1', now(),
    '{}', 1, p_private => '{"result":{"words": 1204}}')::text;
