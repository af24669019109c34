-- What admins say of a project: a name and a description for people, and whether it is hidden from lists of
-- projects. A project without a row has none of these. hidden_seq is the last number of its timeline when it was
-- hidden. Who changed what is in task_ledger.access_log.
-- Usage: written by task_ledger.name_project, hide_project and unhide_project; read by the API and the command line.
CREATE TABLE task_ledger.project (
    project_id  text        PRIMARY KEY CHECK (project_id <> '' AND octet_length(project_id) <= 1000),
    name        text        CHECK (btrim(name) <> '' AND char_length(name) <= 100
                                   AND name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'),
    description text        CHECK (btrim(description) <> '' AND char_length(description) <= 300),
    hidden_at   timestamptz,
    hidden_by   text        CHECK (hidden_by <> '' AND octet_length(hidden_by) <= 200),
    hidden_seq  bigint,
    CHECK (num_nulls(hidden_at, hidden_by, hidden_seq) IN (0, 3))
);

CREATE INDEX project_hidden ON task_ledger.project (project_id) WHERE hidden_at IS NOT NULL;
