-- Construction projects. The id is text, given by the caller or generated as a UUIDv7.
-- Returns: nothing
-- Arguments: none
-- Usage: SELECT id, name FROM takeoff.project ORDER BY created_at;
CREATE TABLE takeoff.project (
    id         text        NOT NULL,
    name       text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text        NOT NULL,
    CONSTRAINT project_pkey PRIMARY KEY (id),
    CONSTRAINT project_id_form CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    CONSTRAINT project_name_length CHECK (char_length(name) BETWEEN 1 AND 200)
);
