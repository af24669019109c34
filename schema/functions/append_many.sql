-- The array form of task_ledger.append: one transaction, one round trip, up to 1,000 events of any number
-- of tasks. Locks are taken in the order of their keys, not of the array, so two calls cannot deadlock;
-- events of one task keep their order.
--
-- Returns: one row per element, in the array's order: (append_result's columns, ordinal from 1). A
--          refused event does not prevent the others from being appended.
-- Arguments: p_events, a JSON array of objects with append's arguments without p_: task_id, type, claim,
--            attempt, actor, occurred_at, data, schema_version and, where they apply, due_at,
--            max_attempts, traceback, private. `data` and `private` are stored as written.
-- Usage: SELECT * FROM task_ledger.append_many('[…]').
CREATE OR REPLACE FUNCTION task_ledger.append_many(p_events json)
RETURNS TABLE (
    outcome text, version integer, state task_ledger.event_type, attempt integer, claim uuid,
    cancel_requested boolean, due_at timestamptz, ordinal bigint
)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_event   record;
    v_result  task_ledger.append_result;
    v_results task_ledger.append_result[] := '{}';
BEGIN
    IF json_typeof(p_events) IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'append_many takes a JSON array, this is %', coalesce(json_typeof(p_events), 'missing')
            USING ERRCODE = 'TL004';
    END IF;
    IF json_array_length(p_events) > 1000 THEN
        RAISE EXCEPTION 'append_many takes 1000 events, this has %', json_array_length(p_events)
            USING ERRCODE = 'TL005', HINT = 'Split the array: each task locked takes a place in a table of fixed size.';
    END IF;
    FOR v_event IN
        SELECT i.n, e.*
        FROM json_array_elements(p_events) WITH ORDINALITY AS i(event, n),
             LATERAL json_to_record(i.event) AS e(
                 task_id uuid, type task_ledger.event_type, claim uuid, attempt integer, actor text,
                 occurred_at timestamptz, data json, schema_version integer,
                 due_at timestamptz, max_attempts integer, traceback text, private json)
        ORDER BY task_ledger.lock_key(e.task_id), i.n
    LOOP
        v_result := task_ledger.append(
            v_event.task_id, v_event.type, v_event.claim, v_event.attempt, v_event.actor,
            v_event.occurred_at, v_event.data, v_event.schema_version,
            v_event.due_at, v_event.max_attempts, v_event.traceback, v_event.private);
        v_results[v_event.n] := v_result;
    END LOOP;
    RETURN QUERY
        SELECT a.* FROM unnest(v_results) WITH ORDINALITY
            AS a(outcome, version, state, attempt, claim, cancel_requested, due_at, ordinal);
END
$$;
