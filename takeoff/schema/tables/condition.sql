-- Things to measure in a project. The measurement type decides the unit; a volume has a depth in
-- inches; depth_stated_by is the model that stated it, null if a person or the drawing's text did.
-- total_quantity, in unit, and measurement_count cover the measurements that count: accepted, or
-- found with certainty in the drawing's own lines and text. waiting_quantity and waiting_count
-- cover those that wait for review.
-- Returns: nothing
-- Arguments: none
-- Usage: SELECT name, total_quantity, unit FROM takeoff.condition WHERE project_id = 'tower-a';
CREATE TABLE takeoff.condition (
    id                uuid             NOT NULL,
    project_id        text             NOT NULL,
    name              text             NOT NULL,
    measurement_type  text             NOT NULL,
    unit              text             NOT NULL,
    depth_in          double precision,
    depth_stated_by   text,
    total_quantity    double precision NOT NULL DEFAULT 0,
    measurement_count integer          NOT NULL DEFAULT 0,
    waiting_quantity  double precision NOT NULL DEFAULT 0,
    waiting_count     integer          NOT NULL DEFAULT 0,
    created_at        timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT condition_pkey PRIMARY KEY (id),
    CONSTRAINT condition_project_id_fkey FOREIGN KEY (project_id) REFERENCES takeoff.project (id),
    CONSTRAINT condition_project_id_name_key UNIQUE (project_id, name),
    CONSTRAINT condition_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT condition_measurement_type_known CHECK (
        measurement_type IN ('linear', 'area', 'volume', 'count')
    ),
    CONSTRAINT condition_unit_known CHECK (unit IN ('LF', 'SF', 'CY', 'EA')),
    CONSTRAINT condition_unit_of_type CHECK (
        (measurement_type, unit)
        IN (('linear', 'LF'), ('area', 'SF'), ('volume', 'CY'), ('count', 'EA'))
    ),
    CONSTRAINT condition_depth_positive CHECK (depth_in > 0),
    CONSTRAINT condition_volume_has_depth CHECK (
        measurement_type <> 'volume' OR depth_in IS NOT NULL
    ),
    CONSTRAINT condition_totals_not_negative CHECK (
        total_quantity >= 0 AND measurement_count >= 0
        AND waiting_quantity >= 0 AND waiting_count >= 0
    )
);
