-- Manual changes: author, time, and the row before and after, as JSON. Rows are only added. The ids
-- have no foreign keys, because their rows may be deleted. undoes is the change that this one
-- undoes; a change can be undone once.
-- Returns: nothing
-- Arguments: none
-- Usage: SELECT action, changed_by, changed_at FROM takeoff.change WHERE project_id = 'tower-a';
CREATE TABLE takeoff.change (
    id             uuid        NOT NULL,
    project_id     text        NOT NULL,
    action         text        NOT NULL,
    document_id    uuid,
    page_id        uuid,
    condition_id   uuid,
    measurement_id uuid,
    before         jsonb,
    after          jsonb,
    undoes         uuid,
    changed_by     text        NOT NULL,
    changed_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT change_pkey PRIMARY KEY (id),
    CONSTRAINT change_project_id_fkey FOREIGN KEY (project_id) REFERENCES takeoff.project (id),
    CONSTRAINT change_undoes_fkey FOREIGN KEY (undoes) REFERENCES takeoff.change (id),
    CONSTRAINT change_undoes_key UNIQUE (undoes),
    CONSTRAINT change_action_known CHECK (
        action IN (
            'measurement_added', 'measurement_edited', 'measurement_reviewed',
            'measurement_deleted', 'condition_added', 'condition_edited', 'condition_deleted',
            'document_deleted', 'sheet_superseded', 'sheet_restored',
            'measurements_added', 'measurements_deleted', 'project_edited'
        )
    ),
    CONSTRAINT change_says_what CHECK (num_nonnulls(before, after) >= 1)
);

CREATE INDEX change_by_project ON takeoff.change (project_id, id);

CREATE INDEX change_by_measurement ON takeoff.change (measurement_id, id);
