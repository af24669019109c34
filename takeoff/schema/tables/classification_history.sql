-- Each provider's classifications of a page. Rows are only added.
-- Returns: nothing
-- Arguments: none
-- Usage: SELECT provider, page_type FROM takeoff.classification_history WHERE page_id = $1;
CREATE TABLE takeoff.classification_history (
    id                 uuid        NOT NULL,
    page_id            uuid        NOT NULL,
    task_id            uuid,
    provider           text        NOT NULL,
    model              text,
    used_vision        boolean     NOT NULL,
    discipline         text,
    page_type          text,
    concrete_relevance text,
    confidence         double precision,
    latency_ms         integer,
    evidence           jsonb,
    created_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT classification_history_pkey PRIMARY KEY (id),
    CONSTRAINT classification_history_page_id_fkey
        FOREIGN KEY (page_id) REFERENCES takeoff.page (id),
    CONSTRAINT classification_history_concrete_relevance_known CHECK (
        concrete_relevance IN ('high', 'medium', 'low', 'none')
    ),
    CONSTRAINT classification_history_confidence_range CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT classification_history_latency_positive CHECK (latency_ms >= 0)
);

CREATE INDEX classification_history_by_page
    ON takeoff.classification_history (page_id, created_at);
