-- Grants on the takeoff tables: the API stores people's changes, including deletions, and records
-- them; workers store results. No role may change the record, and no other role may read.
-- Returns: nothing
-- Arguments: none
-- Usage: replaced by every migration
GRANT USAGE ON SCHEMA takeoff TO task_ledger_api, task_ledger_worker;

GRANT SELECT
    ON takeoff.project,
       takeoff.document,
       takeoff.page,
       takeoff.classification_history,
       takeoff.condition,
       takeoff.measurement,
       takeoff.change
    TO task_ledger_api, task_ledger_worker;

GRANT INSERT
    ON takeoff.project,
       takeoff.document,
       takeoff.condition,
       takeoff.measurement,
       takeoff.change
    TO task_ledger_api;
GRANT UPDATE (scale_text, scale_value, scale_unit, scale_method, calibrated, scale_calibration,
              superseded_by)
    ON takeoff.page TO task_ledger_api;
-- A new scale changes quantities, and a newer revision of a sheet supersedes measurements, which is
-- recorded.
GRANT UPDATE (quantity, superseded) ON takeoff.measurement TO task_ledger_worker;
GRANT INSERT ON takeoff.change TO task_ledger_worker;
GRANT UPDATE ON takeoff.measurement, takeoff.condition TO task_ledger_api;
GRANT UPDATE (unit_system) ON takeoff.project TO task_ledger_api;
-- Deleting a document locks its row, which requires the right to update a column.
GRANT UPDATE (page_count, processing_task_id) ON takeoff.document TO task_ledger_api;
GRANT DELETE
    ON takeoff.document,
       takeoff.page,
       takeoff.classification_history,
       takeoff.condition,
       takeoff.measurement
    TO task_ledger_api;

GRANT UPDATE (page_count, processing_task_id) ON takeoff.document TO task_ledger_worker;
GRANT INSERT, UPDATE ON takeoff.page, takeoff.condition TO task_ledger_worker;
GRANT INSERT ON takeoff.classification_history, takeoff.measurement TO task_ledger_worker;
