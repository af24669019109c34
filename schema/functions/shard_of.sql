-- The shard, and so the feed, of a project's events: the low four bits of the first byte of its
-- SHA-256. It must never change, so hashtext, which may differ between versions, is not used.
--
-- Returns: smallint, 0 to 15.
-- Arguments: p_project_id, the project's id.
-- Usage: task_ledger.register; later events of a task copy the shard.
CREATE OR REPLACE FUNCTION task_ledger.shard_of(p_project_id text)
RETURNS smallint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (get_byte(sha256(convert_to(p_project_id, 'UTF8')), 0) & 15)::smallint;
