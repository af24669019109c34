-- The digest of an event: sha256 over lines of text, joined by line feeds, in the order below. Free text
-- is preceded by its length in octets; an absent value is "-"; times are seconds since 1970 UTC with six
-- decimals. Encoding 1 is for an event without a private text, encoding 2 for an event with one;
-- docs/digest.md describes both.
--
-- Returns: bytea, 32 bytes.
-- Arguments: p_previous, the digest of the task's event before, null for the first; then the event's
--            columns (bucket follows from task_id and is not part of it). p_private is a JSON object, or
--            null like p_salt (concat_ws then leaves its line out), but not the mark of an erasure.
-- Usage: task_ledger.append, task_ledger.write_event; inlined by the planner. task-ledger verify computes
--        the same in Python.
CREATE OR REPLACE FUNCTION task_ledger.digest(
    p_previous bytea, p_task_id uuid, p_version integer, p_project_id text, p_shard smallint,
    p_feed bigint, p_type task_ledger.event_type, p_schema_version smallint, p_actor text,
    p_occurred_at timestamptz, p_recorded_at timestamptz, p_state task_ledger.event_type,
    p_attempt integer, p_max_attempts integer, p_claim uuid, p_cancel_requested boolean,
    p_due_at timestamptz, p_data json, p_private json DEFAULT NULL, p_salt uuid DEFAULT NULL
)
RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(convert_to(concat_ws(E'\n',
    CASE WHEN p_private IS NULL THEN 'task-ledger 1' ELSE 'task-ledger 2' END,
    coalesce(encode(p_previous, 'hex'), '-'),
    p_task_id,
    p_version,
    octet_length(p_project_id),
    p_project_id,
    p_shard,
    p_feed,
    p_type,
    p_schema_version,
    octet_length(p_actor),
    p_actor,
    extract(epoch FROM p_occurred_at),
    extract(epoch FROM p_recorded_at),
    p_state,
    p_attempt,
    coalesce(p_max_attempts::text, '-'),
    coalesce(p_claim::text, '-'),
    p_cancel_requested,
    coalesce(extract(epoch FROM p_due_at)::text, '-'),
    encode(sha256(convert_to(p_data::text, 'UTF8')), 'hex'),
    encode(sha256(uuid_send(p_salt) || convert_to(p_private::text, 'UTF8')), 'hex')
), 'UTF8'));
