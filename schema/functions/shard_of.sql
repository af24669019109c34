-- The shard, and so the feed, that a project's events live in. Fixed for ever: the low four
-- bits of the first byte of sha256 (never hashtext, which may change between versions).
--
-- Returns: smallint, 0 to 15.
-- Arguments: p_project_id, the project's id.
-- Usage: task_ledger.register; later events of a task carry the shard forward.
CREATE OR REPLACE FUNCTION task_ledger.shard_of(p_project_id text)
RETURNS smallint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (get_byte(sha256(convert_to(p_project_id, 'UTF8')), 0) & 15)::smallint;
