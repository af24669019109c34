-- Measured elements. geometry and pixel_length are in page pixels, pixel_area in square page
-- pixels, quantity in unit, confidence between 0 and 1; a model's confidence is a self-assessment,
-- and its findings count once a person has accepted them. number counts a task's measurements of
-- one condition from 1, so that a task that runs twice cannot store them twice. label is the
-- sheet's name for the element, such as a room's name and number. review is a person's decision.
-- drawn_by drew or redrew the shape; after a redraw, found is the shape that the provider found,
-- {"geometry_type", "geometry"}. superseded: its page has a newer revision, so it does not count.
-- Returns: nothing
-- Arguments: none
-- Usage: SELECT quantity, unit FROM takeoff.measurement WHERE page_id = $1;
CREATE TABLE takeoff.measurement (
    id            uuid             NOT NULL,
    page_id       uuid             NOT NULL,
    condition_id  uuid             NOT NULL,
    task_id       uuid,
    number        integer          NOT NULL DEFAULT 1,
    geometry_type text             NOT NULL,
    geometry      jsonb            NOT NULL,
    quantity      double precision NOT NULL,
    unit          text             NOT NULL,
    pixel_length  double precision,
    pixel_area    double precision,
    confidence    double precision,
    provider      text,
    model         text,
    notes         text,
    label         text,
    review        text             NOT NULL DEFAULT 'open',
    reviewed_by   text,
    drawn_by      text,
    found         jsonb,
    superseded    boolean          NOT NULL DEFAULT false,
    created_at    timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT measurement_pkey PRIMARY KEY (id),
    CONSTRAINT measurement_page_id_fkey FOREIGN KEY (page_id) REFERENCES takeoff.page (id),
    CONSTRAINT measurement_condition_id_fkey
        FOREIGN KEY (condition_id) REFERENCES takeoff.condition (id),
    CONSTRAINT measurement_task_id_condition_id_number_key
        UNIQUE (task_id, condition_id, number),
    CONSTRAINT measurement_number_from_one CHECK (number >= 1),
    CONSTRAINT measurement_geometry_type_known CHECK (
        geometry_type IN ('line', 'polyline', 'polygon', 'rectangle', 'circle', 'point')
    ),
    CONSTRAINT measurement_unit_known CHECK (unit IN ('LF', 'SF', 'CY', 'EA')),
    CONSTRAINT measurement_quantity_not_negative CHECK (quantity >= 0),
    CONSTRAINT measurement_pixels_not_negative CHECK (pixel_length >= 0 AND pixel_area >= 0),
    CONSTRAINT measurement_confidence_range CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT measurement_review_known CHECK (review IN ('open', 'accepted', 'rejected')),
    CONSTRAINT measurement_review_has_reviewer CHECK (
        review = 'open' OR reviewed_by IS NOT NULL
    )
);

CREATE INDEX measurement_by_page ON takeoff.measurement (page_id);

CREATE INDEX measurement_by_condition ON takeoff.measurement (condition_id);
