-- Named queries of a project's tasks, with the order and columns of the list; columns is null for the
-- default columns. At most 100 per project. A name is a single line and can be part of a URL's path.
-- Usage: read by the API and written by task_ledger.save_view; opened on the page.
CREATE TABLE task_ledger.saved_view (
    project_id text        NOT NULL CHECK (octet_length(project_id) <= 1000),
    name       text        NOT NULL CHECK (btrim(name) NOT IN ('', '.', '..') AND octet_length(name) <= 400
                                           AND name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029/]'),
    query      text        NOT NULL CHECK (octet_length(query) <= 4000),
    sorted_by  text        NOT NULL CHECK (octet_length(sorted_by) <= 100),
    columns    text[]      CHECK (cardinality(columns) <= 50),
    saved_by   text        NOT NULL CHECK (saved_by <> '' AND octet_length(saved_by) <= 200),
    saved_at   timestamptz NOT NULL,
    PRIMARY KEY (project_id, name)
);
