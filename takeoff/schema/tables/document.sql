-- Uploaded drawings. The bytes are in the object storage under storage_key; page_count is null
-- until the document has been split into pages. processing_task_id is the task that processes its
-- pages, or did so last. Its processing state is in the ledger.
-- Returns: nothing
-- Arguments: none
-- Usage: SELECT file_name, page_count FROM takeoff.document WHERE project_id = 'tower-a';
CREATE TABLE takeoff.document (
    id           uuid        NOT NULL,
    project_id   text        NOT NULL,
    file_name    text        NOT NULL,
    content_type text        NOT NULL,
    sha256       text        NOT NULL,
    size_bytes   bigint      NOT NULL,
    storage_key  text        NOT NULL,
    page_count   integer,
    processing_task_id uuid,
    created_at   timestamptz NOT NULL DEFAULT now(),
    uploaded_by  text        NOT NULL,
    CONSTRAINT document_pkey PRIMARY KEY (id),
    CONSTRAINT document_project_id_fkey FOREIGN KEY (project_id) REFERENCES takeoff.project (id),
    CONSTRAINT document_storage_key_key UNIQUE (storage_key),
    CONSTRAINT document_file_name_length CHECK (char_length(file_name) BETWEEN 1 AND 255),
    CONSTRAINT document_content_type_known CHECK (
        content_type IN ('application/pdf', 'image/png', 'image/jpeg', 'image/tiff')
    ),
    CONSTRAINT document_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT document_size_positive CHECK (size_bytes > 0),
    CONSTRAINT document_page_count_positive CHECK (page_count > 0)
);

CREATE INDEX document_by_project ON takeoff.document (project_id, created_at, id);
