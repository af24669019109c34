-- Stores an action on tasks as a draft, without starting it.
--
-- Returns: nothing; raises TL004: no actor, no task, or more than 10,000; 23505: the id was used, or a
--          task is named twice.
-- Arguments: those of task_ledger.action and task_ledger.action_task; p_task_ids, in the order of
--            execution; p_new_task_ids, with rerun, the ids of the new tasks, else null.
-- Usage: POST /actions, task-ledger rerun.
CREATE OR REPLACE FUNCTION task_ledger.draft_action(
    p_id uuid, p_kind text, p_terminate boolean, p_project_id text, p_query text, p_actor text,
    p_task_ids uuid[], p_new_task_ids uuid[]
)
RETURNS void
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    PERFORM task_ledger.check_asker(p_actor);
    IF (octet_length(p_actor) BETWEEN 1 AND 200) IS NOT TRUE THEN
        RAISE EXCEPTION 'who acts on tasks has a name of 1 to 200 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF (cardinality(p_task_ids) BETWEEN 1 AND 10000) IS NOT TRUE THEN
        RAISE EXCEPTION 'an action is for 1 to 10000 tasks' USING ERRCODE = 'TL004';
    END IF;
    IF coalesce(cardinality(p_new_task_ids), 0)
        <> (CASE p_kind WHEN 'rerun' THEN cardinality(p_task_ids) ELSE 0 END) THEN
        RAISE EXCEPTION 'rerun, and nothing else, has an id for each new task' USING ERRCODE = 'TL004';
    END IF;
    INSERT INTO task_ledger.action (id, kind, terminate, project_id, query, actor, drafted_at)
    VALUES (p_id, p_kind, coalesce(p_terminate, false), p_project_id, p_query, p_actor, clock_timestamp());
    INSERT INTO task_ledger.action_task (action_id, position, task_id, new_task_id)
    SELECT p_id, t.position, t.task_id, t.new_task_id
    FROM unnest(p_task_ids, p_new_task_ids) WITH ORDINALITY AS t (task_id, new_task_id, position);
END
$$;
