-- A page of the projects that somebody has made, by id.
-- Returns: (id, name, created_at, created_by, unit_system), at most `limit`.
-- Arguments: after, an id or null; among, an array of ids or null for all; limit.
-- Usage: services.api.projects.
SELECT p.id, p.name, p.created_at, p.created_by, p.unit_system
FROM takeoff.project AS p
WHERE p.id > coalesce(%(after)s::text, '')
    AND (%(among)s::text[] IS NULL OR p.id = ANY (%(among)s::text[]))
ORDER BY p.id
LIMIT %(limit)s
