-- Groups of failures follow the records, for every writer; rows about their handling are immutable.
-- Usage: replaced by every migration.
CREATE OR REPLACE TRIGGER group_inserted AFTER INSERT ON task_ledger.task_record
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.count_failures();
CREATE OR REPLACE TRIGGER group_updated AFTER UPDATE ON task_ledger.task_record
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.count_failures();
CREATE OR REPLACE TRIGGER group_deleted AFTER DELETE ON task_ledger.task_record
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.count_failures();
CREATE OR REPLACE TRIGGER group_truncated AFTER TRUNCATE ON task_ledger.task_record
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.count_failures();
CREATE OR REPLACE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON task_ledger.failure_handling
    FOR EACH ROW EXECUTE FUNCTION task_ledger.refuse_change();
CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON task_ledger.failure_handling
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.refuse_change();
