-- The grants of each role. No role may insert, change or delete an event except through the functions.
-- PUBLIC gets nothing, also on objects created later.
-- Usage: replaced by every migration, after the functions.
REVOKE ALL ON SCHEMA task_ledger FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA task_ledger
    FROM PUBLIC, task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor,
        task_ledger_sealer, task_ledger_eraser, task_ledger_notifier;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA task_ledger
    FROM PUBLIC, task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor,
        task_ledger_sealer, task_ledger_eraser, task_ledger_notifier;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA task_ledger
    FROM PUBLIC, task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor,
        task_ledger_sealer, task_ledger_eraser, task_ledger_notifier;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA task_ledger
    TO task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor,
        task_ledger_sealer, task_ledger_eraser, task_ledger_notifier;
GRANT EXECUTE ON FUNCTION task_ledger.schema_revision()
    TO task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor,
        task_ledger_sealer, task_ledger_eraser, task_ledger_notifier;
GRANT EXECUTE ON FUNCTION
    task_ledger.bucket_of(uuid), task_ledger.version_of(uuid), task_ledger.drawn_at(uuid),
    task_ledger.shard_of(text), task_ledger.lock_key(uuid), task_ledger.unsettled(uuid),
    task_ledger.feed_heads(), task_ledger.epoch()
    TO task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor;
GRANT SELECT ON task_ledger.task_event, task_ledger.bucket, task_ledger.task_record, task_ledger.task_count, task_ledger.project_timeline,
    task_ledger.project_head, task_ledger.project_bucket, task_ledger.checkpoint, task_ledger.dead_letter, task_ledger.worker_lease
    TO task_ledger_api, task_ledger_worker, task_ledger_projector, task_ledger_auditor;

GRANT SELECT ON task_ledger.retired_project TO task_ledger_api, task_ledger_projector, task_ledger_auditor;
GRANT SELECT ON task_ledger.retired_leaf TO task_ledger_api, task_ledger_auditor, task_ledger_sealer;
GRANT SELECT ON task_ledger.legal_hold TO task_ledger_auditor;

GRANT SELECT ON task_ledger.failure_group, task_ledger.failure_hour, task_ledger.failure_handling,
    task_ledger.task_rollup
    TO task_ledger_api, task_ledger_auditor, task_ledger_projector;
GRANT SELECT ON task_ledger.usual_duration
    TO task_ledger_api, task_ledger_auditor, task_ledger_projector, task_ledger_notifier;
GRANT INSERT, UPDATE, DELETE ON task_ledger.usual_duration TO task_ledger_projector;
GRANT SELECT ON task_ledger.queue_pause, task_ledger.queue_depth
    TO task_ledger_api, task_ledger_auditor, task_ledger_projector;
GRANT INSERT, UPDATE, DELETE ON task_ledger.queue_depth TO task_ledger_projector;
GRANT DELETE ON task_ledger.failure_hour TO task_ledger_projector;
GRANT SELECT ON task_ledger.saved_view TO task_ledger_api, task_ledger_auditor;
GRANT DELETE ON task_ledger.saved_view TO task_ledger_api;
GRANT SELECT ON task_ledger.project TO task_ledger_api, task_ledger_auditor;
GRANT EXECUTE ON FUNCTION task_ledger.handle_failure(text, text, text, text, timestamptz),
    task_ledger.save_view(text, text, text, text, text[], text),
    task_ledger.pause_queue(text, text, text), task_ledger.resume_queue(text, text, text),
    task_ledger.start_schedule(text, text),
    task_ledger.name_project(text, text, text, text),
    task_ledger.hide_project(text, text), task_ledger.unhide_project(text, text)
    TO task_ledger_api;

GRANT SELECT ON task_ledger.action, task_ledger.action_task TO task_ledger_api, task_ledger_projector;
GRANT EXECUTE ON FUNCTION
    task_ledger.draft_action(uuid, text, boolean, text, text, text, uuid[], uuid[]),
    task_ledger.start_action(uuid, text, text), task_ledger.stop_action(uuid)
    TO task_ledger_api;
-- Acts on tasks on behalf of the actor who started the action.
GRANT UPDATE (ended_at, reason) ON task_ledger.action TO task_ledger_projector;
GRANT UPDATE (outcome, detail, done_at) ON task_ledger.action_task TO task_ledger_projector;
GRANT DELETE ON task_ledger.action, task_ledger.action_task TO task_ledger_projector;
GRANT EXECUTE ON FUNCTION
    task_ledger.enqueue(uuid, text, text, timestamptz, json, integer, integer, timestamptz, json, bytea, json),
    task_ledger.request_cancel(uuid, text, timestamptz, json, integer, json),
    task_ledger.request_retry(uuid, text, timestamptz, json, integer, json),
    task_ledger.note(uuid, text, timestamptz, json, integer, json)
    TO task_ledger_projector;
GRANT UPDATE (forget_at) ON task_ledger.message TO task_ledger_projector;

GRANT EXECUTE ON FUNCTION
    task_ledger.enqueue(uuid, text, text, timestamptz, json, integer, integer, timestamptz, json, bytea, json),
    task_ledger.enqueue_next(uuid, text, text, timestamptz, json, integer, integer, timestamptz, json,
                        bytea, uuid[], double precision, json),
    task_ledger.enqueue_many(uuid[], text, text, timestamptz, json[], integer, integer[], timestamptz[], json[],
                        bytea[], json[]),
    task_ledger.send_on_failure(uuid, boolean, json, bytea),
    task_ledger.request_cancel(uuid, text, timestamptz, json, integer, json),
    task_ledger.request_retry(uuid, text, timestamptz, json, integer, json),
    task_ledger.note(uuid, text, timestamptz, json, integer, json)
    TO task_ledger_api, task_ledger_worker;
GRANT SELECT ON task_ledger.access_token TO task_ledger_api;
GRANT SELECT, UPDATE (cookie_hash, signed_in_at) ON task_ledger.web_session TO task_ledger_api;
GRANT EXECUTE ON FUNCTION
    task_ledger.create_token(text, text, text, text[], bytea, timestamptz),
    task_ledger.rotate_token(text, text, bytea), task_ledger.revoke_token(text, text),
    task_ledger.note_token_use(uuid),
    task_ledger.open_token_session(bytea, bytea, interval),
    task_ledger.open_person_session(bytea, text, text, text, text, text[], interval)
    TO task_ledger_api;
GRANT SELECT (id, due_at, try_at, task_id, attempt, tries, held) ON task_ledger.outbox
    TO task_ledger_api, task_ledger_auditor;

GRANT EXECUTE ON FUNCTION
    task_ledger.append(uuid, task_ledger.event_type, uuid, integer, text, timestamptz, json, integer,
                  timestamptz, integer, text, json),
    task_ledger.append_many(json),
    task_ledger.send(timestamptz, json, bytea),
    task_ledger.renew_lease(uuid, text, text, integer, double precision, uuid[], boolean, text, integer, text[]),
    task_ledger.end_lease(uuid)
    TO task_ledger_worker;

GRANT EXECUTE ON FUNCTION
    task_ledger.append(uuid, task_ledger.event_type, uuid, integer, text, timestamptz, json, integer,
                  timestamptz, integer, text, json),
    task_ledger.dispatch_again(uuid, integer),
    task_ledger.take_next_steps(integer, text),
    task_ledger.open_bucket(integer), task_ledger.open_buckets(integer), task_ledger.recount_tasks(),
    task_ledger.recount_failures(), task_ledger.recount_rollups(integer), task_ledger.rollups_of(integer),
    task_ledger.add_histogram(integer[], integer[]), task_ledger.count_slot(integer[], integer),
    task_ledger.histogram(integer), task_ledger.histogram_slot(interval),
    task_ledger.repair_feeds()
    TO task_ledger_projector;
-- `verify` compares the rollups with the events.
GRANT EXECUTE ON FUNCTION
    task_ledger.rollups_of(integer), task_ledger.count_slot(integer[], integer),
    task_ledger.histogram(integer), task_ledger.histogram_slot(interval)
    TO task_ledger_auditor;
GRANT INSERT, UPDATE, DELETE ON task_ledger.task_record, task_ledger.dead_letter, task_ledger.task_rollup
    TO task_ledger_projector;
GRANT INSERT ON task_ledger.project_timeline TO task_ledger_projector;
GRANT INSERT, UPDATE ON task_ledger.project_head, task_ledger.project_bucket TO task_ledger_projector;
GRANT UPDATE (cursor, gaps, old_gaps, updated_at) ON task_ledger.checkpoint TO task_ledger_projector;
GRANT SELECT ON task_ledger.next_step TO task_ledger_projector;
GRANT SELECT (id, after, task_id, ready_at, outcome) ON task_ledger.next_step
    TO task_ledger_api, task_ledger_auditor;
GRANT SELECT, DELETE ON task_ledger.outbox, task_ledger.message TO task_ledger_projector;
GRANT SELECT, INSERT, UPDATE ON task_ledger.beat_entry TO task_ledger_worker;
GRANT SELECT ON task_ledger.beat_entry TO task_ledger_api, task_ledger_auditor;
GRANT SELECT ON task_ledger.termination TO task_ledger_worker, task_ledger_projector;
GRANT DELETE ON task_ledger.worker_lease, task_ledger.termination TO task_ledger_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON task_ledger.redispatch TO task_ledger_projector;
GRANT SELECT ON task_ledger.redispatch TO task_ledger_api;
GRANT UPDATE (try_at, tries, last_error, sends, begun_at, held) ON task_ledger.outbox TO task_ledger_projector;

-- Reads the texts only through a function that requires a recorded access.
GRANT SELECT (task_id, version, recorded_at) ON task_ledger.traceback TO task_ledger_auditor;
GRANT EXECUTE ON FUNCTION
    task_ledger.read_tracebacks(bigint, uuid, integer), task_ledger.traceback_hashes(uuid)
    TO task_ledger_auditor;

-- Reads the data to erase; of tracebacks and messages only whether they exist.
GRANT EXECUTE ON FUNCTION
    task_ledger.erase(uuid, integer[], text, text), task_ledger.erased(task_ledger.task_event),
    task_ledger.private_fields(task_ledger.event_type),
    task_ledger.bucket_of(uuid), task_ledger.version_of(uuid), task_ledger.drawn_at(uuid),
    task_ledger.shard_of(text)
    TO task_ledger_eraser;
GRANT SELECT ON task_ledger.task_event, task_ledger.bucket TO task_ledger_eraser;
GRANT SELECT (task_id, version) ON task_ledger.traceback TO task_ledger_eraser;
GRANT SELECT (id, task_id) ON task_ledger.message TO task_ledger_eraser;

GRANT EXECUTE ON FUNCTION task_ledger.record_access(text, text, text, uuid, text)
    TO task_ledger_api, task_ledger_auditor;
GRANT SELECT ON task_ledger.access_log TO task_ledger_api, task_ledger_auditor;

-- Numbers and digests only, no event data.
GRANT SELECT ON task_ledger.project_timeline, task_ledger.project_head, task_ledger.project_bucket
    TO task_ledger_sealer;
GRANT SELECT (bucket, closed_at, events, root) ON task_ledger.bucket TO task_ledger_sealer;
GRANT SELECT (project_id, bucket, last_seq) ON task_ledger.retired_project TO task_ledger_sealer;
GRANT SELECT (bucket, task_id, version, project_id, digest) ON task_ledger.task_event
    TO task_ledger_sealer;
GRANT SELECT (seq, digest) ON task_ledger.access_log TO task_ledger_sealer;
GRANT EXECUTE ON FUNCTION
    task_ledger.bucket_of(uuid), task_ledger.version_of(uuid), task_ledger.drawn_at(uuid)
    TO task_ledger_sealer;

-- Reads the data that rules need; of events only their position in the timeline. Only the notifier reads
-- channels' addresses and secrets.
GRANT SELECT ON task_ledger.project_timeline, task_ledger.project_head, task_ledger.task_record,
    task_ledger.failure_group, task_ledger.notification_channel
    TO task_ledger_notifier;
GRANT SELECT (follower, task_id) ON task_ledger.dead_letter TO task_ledger_notifier;
GRANT SELECT (due_at, try_at, task_id, held) ON task_ledger.outbox TO task_ledger_notifier;
GRANT SELECT (task_id, ready_at) ON task_ledger.next_step TO task_ledger_notifier;
GRANT SELECT, DELETE ON task_ledger.notification_rule TO task_ledger_notifier;
GRANT UPDATE (sent_at, failing_since, last_error) ON task_ledger.notification_channel TO task_ledger_notifier;
GRANT SELECT, INSERT, UPDATE, DELETE ON task_ledger.notification_cursor, task_ledger.notification_quiet,
    task_ledger.notification_condition, task_ledger.notification
    TO task_ledger_notifier;
GRANT INSERT, DELETE ON task_ledger.notification_channel TO task_ledger_api;
GRANT SELECT (name, kind, shown, made_by, made_at, sent_at, failing_since, last_error),
    UPDATE (kind, address, secret, shown, made_by, made_at, sent_at, failing_since, last_error)
    ON task_ledger.notification_channel TO task_ledger_api;
GRANT SELECT, INSERT, DELETE,
    UPDATE (channel, query, quiet_s, after_s, active_since, paused_at, changed_by, changed_at)
    ON task_ledger.notification_rule TO task_ledger_api;
GRANT SELECT ON task_ledger.notification_rule, task_ledger.notification_cursor, task_ledger.notification
    TO task_ledger_auditor;
GRANT SELECT, INSERT, UPDATE (state, try_at, tries, ended_at) ON task_ledger.notification TO task_ledger_api;
