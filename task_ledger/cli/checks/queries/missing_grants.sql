-- Privileges that roles are to have and have not. Functions and tables that are not there are left out.
-- Returns: (role, privilege, function, table or column).
-- Arguments: wanted, a JSON array of objects: role, kind (FUNCTION, SCHEMA or TABLE), thing, privilege and column,
--            null for the whole.
-- Usage: task-ledger doctor.
SELECT w.role, w.privilege, concat_ws('.', w.thing, w."column")
FROM json_to_recordset(%(wanted)s::json)
    AS w (role text, kind text, thing text, privilege text, "column" text)
JOIN pg_roles AS r ON r.rolname = w.role
WHERE NOT CASE
    WHEN w.kind = 'FUNCTION' THEN has_function_privilege(r.oid, to_regprocedure(w.thing), w.privilege)
    WHEN w.kind = 'SCHEMA' THEN has_schema_privilege(r.oid, w.thing, w.privilege)
    WHEN w."column" IS NULL THEN has_table_privilege(r.oid, to_regclass(w.thing), w.privilege)
    ELSE has_column_privilege(r.oid, to_regclass(w.thing), w."column", w.privilege)
END
ORDER BY 1, 3, 2
