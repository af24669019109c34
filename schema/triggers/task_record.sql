-- Task counts follow the records, for every writer.
-- Usage: replaced by every migration.
CREATE OR REPLACE TRIGGER count_inserted AFTER INSERT ON task_ledger.task_record
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.count_tasks();
CREATE OR REPLACE TRIGGER count_updated AFTER UPDATE ON task_ledger.task_record
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.count_tasks();
CREATE OR REPLACE TRIGGER count_deleted AFTER DELETE ON task_ledger.task_record
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.count_tasks();
CREATE OR REPLACE TRIGGER count_truncated AFTER TRUNCATE ON task_ledger.task_record
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.count_tasks();
