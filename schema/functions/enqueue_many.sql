-- The array form of task_ledger.enqueue: up to 1,000 tasks of one project in one round trip, stored in
-- four statements. All of them are registered with their messages and first dispatches, or none.
--
-- Returns: integer, the number of tasks registered (all of them). Raises as task_ledger.enqueue for any
--          of them, and TL006 if one is already registered or occurs twice (the detail is its id and
--          version); without a savepoint, the transaction must then be rolled back.
-- Arguments: p_project_id, p_actor, p_occurred_at and p_schema_version, of all; arrays of equal length:
--            p_task_ids, p_data, p_max_attempts (null for no limit), p_due_at (null for at once),
--            p_messages and p_bodies, as of task_ledger.store_message; p_private (null for none), or
--            null.
-- Usage: task_ledger.enqueue_many(session, signatures, …), repeatedly in one transaction.
CREATE OR REPLACE FUNCTION task_ledger.enqueue_many(
    p_task_ids uuid[], p_project_id text, p_actor text, p_occurred_at timestamptz, p_data json[],
    p_schema_version integer, p_max_attempts integer[], p_due_at timestamptz[], p_messages json[], p_bodies bytea[],
    p_private json[] DEFAULT NULL
)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_tasks      integer := coalesce(cardinality(p_task_ids), 0);
    v_shard      smallint;
    v_registered uuid[];
    v_task_id    uuid;
    v_version    integer;
    v_stored     integer;
BEGIN
    IF v_tasks NOT BETWEEN 1 AND 1000 THEN
        RAISE EXCEPTION 'enqueue_many takes 1 to 1000 tasks, this has %', v_tasks
            USING ERRCODE = 'TL005', HINT = 'Split the arrays; several calls are one transaction all the same.';
    END IF;
    IF (cardinality(p_data) = v_tasks AND cardinality(p_max_attempts) = v_tasks AND cardinality(p_due_at) = v_tasks
        AND cardinality(p_messages) = v_tasks AND cardinality(p_bodies) = v_tasks
        AND (p_private IS NULL OR cardinality(p_private) = v_tasks)) IS NOT TRUE THEN
        RAISE EXCEPTION 'enqueue_many takes arrays of equal length' USING ERRCODE = 'TL004';
    END IF;
    -- The transaction id comes before the feed numbers: see task_ledger.begin_write.
    IF (current_setting('transaction_isolation') = 'read committed'
        AND p_schema_version BETWEEN 1 AND 32767 AND task_ledger.may_ask(p_actor)
        AND pg_current_xact_id() IS NOT NULL
        AND (SELECT bool_and(task_ledger.registrable(i.task_id, p_project_id, i.max_attempts)
                             AND task_ledger.storable(p_actor, i.data, p_occurred_at, i.due_at, i.private))
             FROM unnest(p_task_ids, p_data, p_max_attempts, p_due_at, p_private)
                 AS i(task_id, data, max_attempts, due_at, private))) IS NOT TRUE THEN
        PERFORM task_ledger.check_many(p_task_ids, p_project_id, p_actor, p_occurred_at, p_data, p_schema_version,
                                       p_max_attempts, p_due_at, p_messages, p_bodies, p_private);
    END IF;
    v_shard := task_ledger.shard_of(p_project_id);
    -- OFFSET 0: each number and time is drawn once, and stands in the digest as it is stored.
    WITH stored AS (
    INSERT INTO task_ledger.task_event (
        occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
        max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id,
        actor, digest, data, private, salt)
    SELECT
        p_occurred_at, t.recorded_at, t.due_at, t.feed, t.bucket, 1, 'registered', 'registered', 0,
        t.max_attempts, v_shard, p_schema_version, false, t.task_id, NULL, p_project_id, p_actor,
        task_ledger.digest(
            NULL, t.task_id, 1, p_project_id, v_shard, t.feed, 'registered',
            p_schema_version::smallint, p_actor, p_occurred_at, t.recorded_at, 'registered', 0,
            t.max_attempts, NULL, false, t.due_at, t.data, t.private, t.salt),
        t.data, t.private, t.salt
    FROM (SELECT i.*, task_ledger.bucket_of(i.task_id) AS bucket, task_ledger.next_feed(v_shard) AS feed,
                 clock_timestamp() AS recorded_at,
                 CASE WHEN i.private IS NOT NULL THEN gen_random_uuid() END AS salt
          FROM unnest(p_task_ids, p_data, p_max_attempts, p_due_at, p_private)
              AS i(task_id, data, max_attempts, due_at, private)
          OFFSET 0) AS t
    WHERE t.bucket IN (SELECT b.bucket FROM task_ledger.bucket AS b WHERE coalesce(b.closing_at, b.closed_at) IS NULL)
    ON CONFLICT DO NOTHING
    RETURNING task_id)
    SELECT coalesce(array_agg(s.task_id), '{}') INTO v_registered FROM stored AS s;
    IF cardinality(v_registered) < v_tasks THEN
        SELECT i.task_id INTO v_task_id
        FROM unnest(p_task_ids) WITH ORDINALITY AS i(task_id, n)
        WHERE i.task_id <> ALL (v_registered)
           OR i.task_id IN (SELECT d.task_id FROM unnest(p_task_ids) AS d(task_id)
                            GROUP BY d.task_id HAVING count(*) > 1)
        ORDER BY i.task_id <> ALL (v_registered) DESC, i.n LIMIT 1;
        -- The insert waited for the other registration to commit, so a new statement sees it.
        SELECT e.version INTO v_version FROM task_ledger.last_event(v_task_id) AS e;
        IF FOUND THEN
            RAISE EXCEPTION 'task % is registered already', v_task_id
                USING ERRCODE = 'TL006', DETAIL = format('%s %s', v_task_id, v_version), HINT = 'Draw a new id.';
        END IF;
        PERFORM task_ledger.check_task(v_task_id, p_project_id, NULL);
        RAISE EXCEPTION 'the partition of task id % was opened this moment', v_task_id
            USING ERRCODE = '55P03', HINT = 'Try again.';
    END IF;
    WITH given AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('task_ledger.message', 'id')::regclass) AS id,
               i.task_id, coalesce(i.due_at, clock_timestamp()) AS due_at, i.body, m.*
        FROM unnest(p_task_ids, p_due_at, p_messages, p_bodies) AS i(task_id, due_at, message, body),
             LATERAL json_to_record(CASE json_typeof(i.message) WHEN 'object' THEN i.message END) AS m(
                 exchange json, routing_key json, content_type json, content_encoding json,
                 headers json, properties json, declare json)
        WHERE json_typeof(m.exchange) = 'string' AND json_typeof(m.routing_key) = 'string'
          AND json_typeof(m.content_type) = 'string' AND json_typeof(m.content_encoding) = 'string'
          AND json_typeof(m.headers) = 'object' AND json_typeof(m.properties) = 'object'
          AND json_typeof(m.declare) = 'array' AND i.body IS NOT NULL
    ), stored AS (
        INSERT INTO task_ledger.message (id, task_id, exchange, routing_key, content_type, content_encoding,
                                    headers, properties, declare, body)
        OVERRIDING SYSTEM VALUE
        SELECT g.id, g.task_id, g.exchange #>> '{}', g.routing_key #>> '{}', g.content_type #>> '{}',
               g.content_encoding #>> '{}', g.headers, g.properties, g.declare, g.body
        FROM given AS g
    )
    INSERT INTO task_ledger.outbox (message_id, task_id, attempt, due_at, try_at)
    SELECT g.id, g.task_id, 1, g.due_at, g.due_at FROM given AS g;
    GET DIAGNOSTICS v_stored = ROW_COUNT;
    IF v_stored < v_tasks THEN
        PERFORM task_ledger.check_many(p_task_ids, p_project_id, p_actor, p_occurred_at, p_data, p_schema_version,
                                       p_max_attempts, p_due_at, p_messages, p_bodies, p_private);
    END IF;
    RETURN v_tasks;
END
$$;
