-- Pages of a document, each rendered to one image. Geometry is in pixels of that image; scale_value
-- is in pixels per foot. dpi, width_in and height_in are null together if the physical size is
-- unknown. text_characters is the length of its text layer. A page is only calibrated if its scale
-- is trusted. Findings keep their evidence as JSON: title_block, classification and scale_detection
-- have the text, its place in pixels and the rule; scale_calibration has who set the scale by hand.
-- superseded_by is the next revision of the sheet; measurements on a superseded page do not count.
-- Returns: nothing
-- Arguments: none
-- Usage: SELECT number, sheet_number, title FROM takeoff.page WHERE document_id = $1 ORDER BY number;
CREATE TABLE takeoff.page (
    id                 uuid    NOT NULL,
    document_id        uuid    NOT NULL,
    number             integer NOT NULL,
    image_key          text    NOT NULL,
    width_px           integer NOT NULL,
    height_px          integer NOT NULL,
    dpi                double precision,
    width_in           double precision,
    height_in          double precision,
    text_characters    integer,
    sheet_number       text,
    title              text,
    discipline         text,
    page_type          text,
    concrete_relevance text,
    scale_text         text,
    scale_value        double precision,
    scale_unit         text,
    scale_method       text,
    calibrated         boolean NOT NULL DEFAULT false,
    ocr_text           text,
    ocr_blocks         jsonb,
    title_block        jsonb,
    classification     jsonb,
    scale_detection    jsonb,
    scale_calibration  jsonb,
    superseded_by      uuid,
    CONSTRAINT page_pkey PRIMARY KEY (id),
    CONSTRAINT page_document_id_fkey FOREIGN KEY (document_id) REFERENCES takeoff.document (id),
    CONSTRAINT page_document_id_number_key UNIQUE (document_id, number),
    CONSTRAINT page_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES takeoff.page (id),
    CONSTRAINT page_superseded_by_key UNIQUE (superseded_by),
    CONSTRAINT page_superseded_by_another CHECK (superseded_by <> id),
    CONSTRAINT page_number_from_one CHECK (number >= 1),
    CONSTRAINT page_pixels_positive CHECK (width_px > 0 AND height_px > 0),
    CONSTRAINT page_inches_positive CHECK (dpi > 0 AND width_in > 0 AND height_in > 0),
    CONSTRAINT page_inches_together CHECK (num_nulls(dpi, width_in, height_in) IN (0, 3)),
    CONSTRAINT page_text_characters_not_negative CHECK (text_characters >= 0),
    CONSTRAINT page_concrete_relevance_known CHECK (
        concrete_relevance IN ('high', 'medium', 'low', 'none')
    ),
    CONSTRAINT page_scale_positive CHECK (scale_value > 0),
    CONSTRAINT page_calibrated_has_scale CHECK (NOT calibrated OR scale_value IS NOT NULL)
);
