-- The bodies and settings of a schema's functions, in a comparable form.
-- Returns: name; the rest as text, with the schema's own name left out; of an aggregate, its SFUNC.
-- Arguments: schema.
-- Usage: task-ledger doctor.
SELECT p.proname,
    coalesce(a.aggtransfn::text, replace(concat_ws(E'\x1f', pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), l.lanname,
        p.prosrc, pg_get_function_sqlbody(p.oid), p.prosecdef, p.provolatile, p.proparallel,
        p.proisstrict, p.proleakproof, p.proretset, p.proconfig, p.procost, p.prorows),
        %(schema)s || '.', 'task_ledger.'))
FROM pg_proc AS p
JOIN pg_language AS l ON l.oid = p.prolang
LEFT JOIN pg_aggregate AS a ON a.aggfnoid = p.oid
WHERE p.pronamespace = %(schema)s::regnamespace
ORDER BY p.proname
