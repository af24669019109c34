-- An event after its erasure. Its private text and salt are replaced by a mark, the JSON string
-- '<encoding> <hash>' with the hash that its digest covers, so the digest stays valid. If the event has a
-- single text (encoding 1), its private fields are removed and the mark keeps the hash of the whole text:
-- that hash has no salt, so a short text can be guessed from it.
--
-- Returns: the event; unchanged if it was erased before or has no private data.
-- Arguments: e, the event.
-- Usage: task_ledger.erase changes events to this, and task_ledger.admit_erasure refuses any other
--        change.
CREATE OR REPLACE FUNCTION task_ledger.erased(e task_ledger.task_event)
RETURNS task_ledger.task_event
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF json_typeof(e.private) = 'object' THEN
        IF EXISTS (SELECT FROM json_object_keys(e.private)) THEN
            e.private := to_json('2 ' || encode(sha256(uuid_send(e.salt) || convert_to(e.private::text, 'UTF8')), 'hex'));
            e.salt := NULL;
        END IF;
    ELSIF e.private IS NULL AND EXISTS (
        SELECT FROM json_object_keys(e.data) AS k(name) WHERE k.name = ANY (task_ledger.private_fields(e.type)))
    THEN
        e.private := to_json('1 ' || encode(sha256(convert_to(e.data::text, 'UTF8')), 'hex'));
        e.data := (
            SELECT coalesce(json_object_agg(
                f.key, CASE f.key WHEN 'error' THEN (
                    SELECT coalesce(json_object_agg(g.key, g.value ORDER BY g.n), '{}')
                    FROM json_each(f.value) WITH ORDINALITY AS g(key, value, n)
                    WHERE g.key NOT IN ('message', 'traceback_sha256')) ELSE f.value END
                ORDER BY f.n), '{}')
            FROM json_each(e.data) WITH ORDINALITY AS f(key, value, n)
            WHERE f.key <> ALL (task_ledger.private_fields(e.type)) OR f.key = 'error' AND json_typeof(f.value) = 'object');
    END IF;
    RETURN e;
END
$$;
