-- Who may do what. Nobody may insert, change or delete an event: the functions are the only
-- way in. Nothing is granted to PUBLIC, and nothing that is made later is either.
-- Usage: replaced by every migration, after the functions.
REVOKE ALL ON SCHEMA ledger FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA ledger
    FROM PUBLIC, task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA ledger
    FROM PUBLIC, task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger
    FROM PUBLIC, task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA ledger
    TO task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor;
GRANT EXECUTE ON FUNCTION
    ledger.bucket_of(uuid), ledger.shard_of(text), ledger.lock_key(uuid), ledger.unsettled(uuid),
    ledger.feed_heads()
    TO task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor;
GRANT SELECT ON ledger.task_event, ledger.bucket, ledger.task_record, ledger.task_count, ledger.project_timeline,
    ledger.checkpoint, ledger.dead_letter, ledger.worker_lease
    TO task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor;

GRANT EXECUTE ON FUNCTION
    ledger.enqueue(uuid, text, text, timestamptz, json, integer, integer, timestamptz, json, bytea),
    ledger.enqueue_next(uuid, text, text, timestamptz, json, integer, integer, timestamptz, json,
                        bytea, uuid[], double precision),
    ledger.send_on_failure(uuid, boolean, json, bytea),
    ledger.request_cancel(uuid, text, timestamptz, json, integer),
    ledger.note(uuid, text, timestamptz, json, integer)
    TO task_ledger_api, task_ledger_worker;
GRANT SELECT ON ledger.access_token TO task_ledger_api;
GRANT SELECT, UPDATE (cookie_hash, signed_in_at) ON ledger.web_session TO task_ledger_api;
GRANT SELECT (id, due_at, try_at, task_id, attempt, tries) ON ledger.outbox
    TO task_ledger_api, task_ledger_auditor;

GRANT EXECUTE ON FUNCTION
    ledger.append(uuid, ledger.event_type, uuid, integer, text, timestamptz, json, integer,
                  timestamptz, integer, text),
    ledger.append_many(json),
    ledger.send(timestamptz, json, bytea),
    ledger.renew_lease(uuid, text, text, integer, double precision, uuid[], boolean),
    ledger.end_lease(uuid)
    TO task_ledger_worker;

GRANT EXECUTE ON FUNCTION
    ledger.append(uuid, ledger.event_type, uuid, integer, text, timestamptz, json, integer,
                  timestamptz, integer, text),
    ledger.dispatch_again(uuid, integer),
    ledger.take_next_steps(integer, text),
    ledger.open_bucket(integer), ledger.open_buckets(integer), ledger.recount_tasks()
    TO task_ledger_projector;
GRANT INSERT, UPDATE, DELETE ON ledger.task_record, ledger.dead_letter TO task_ledger_projector;
GRANT INSERT ON ledger.project_timeline TO task_ledger_projector;
GRANT UPDATE (cursor, gaps, updated_at) ON ledger.checkpoint TO task_ledger_projector;
GRANT SELECT ON ledger.next_step TO task_ledger_projector;
GRANT SELECT (id, after, task_id, ready_at, outcome) ON ledger.next_step
    TO task_ledger_api, task_ledger_auditor;
GRANT SELECT, DELETE ON ledger.outbox, ledger.message TO task_ledger_projector;
GRANT SELECT, INSERT, UPDATE ON ledger.beat_entry TO task_ledger_worker;
GRANT SELECT ON ledger.termination TO task_ledger_worker, task_ledger_projector;
GRANT DELETE ON ledger.worker_lease, ledger.termination TO task_ledger_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger.redispatch TO task_ledger_projector;
GRANT UPDATE (try_at, tries, last_error) ON ledger.outbox TO task_ledger_projector;

GRANT SELECT ON ledger.traceback TO task_ledger_auditor;
