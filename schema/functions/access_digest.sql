-- The digest of a row of the access log: sha256 over lines of text, joined by line feeds, in the order
-- below. Free text is preceded by its length in octets; an absent value is "-" in both lines.
--
-- Returns: bytea, 32 bytes.
-- Arguments: p_previous, the digest of the row before, null for the first; then the row's columns.
-- Usage: task_ledger.record_access. task-ledger verify computes the same in Python.
CREATE OR REPLACE FUNCTION task_ledger.access_digest(
    p_previous bytea, p_seq bigint, p_at timestamptz, p_actor text, p_action text,
    p_project_id text, p_task_id uuid, p_detail text
)
RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(convert_to(concat_ws(E'\n',
    'task-ledger access 1',
    coalesce(encode(p_previous, 'hex'), '-'),
    p_seq,
    extract(epoch FROM p_at),
    octet_length(p_actor),
    p_actor,
    p_action,
    coalesce(octet_length(p_project_id)::text, '-'),
    coalesce(p_project_id, '-'),
    coalesce(p_task_id::text, '-'),
    coalesce(octet_length(p_detail)::text, '-'),
    coalesce(p_detail, '-')
), 'UTF8'));
