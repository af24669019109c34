-- An event is never deleted, and changed only by its erasure. Row triggers reach every partition by
-- themselves; TRUNCATE triggers do not, so task_ledger.open_bucket puts one on each.
-- Usage: replaced by every migration.
CREATE OR REPLACE TRIGGER refuse_change BEFORE DELETE ON task_ledger.task_event
    FOR EACH ROW EXECUTE FUNCTION task_ledger.refuse_change();
CREATE OR REPLACE TRIGGER admit_erasure BEFORE UPDATE ON task_ledger.task_event
    FOR EACH ROW EXECUTE FUNCTION task_ledger.admit_erasure();
CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON task_ledger.task_event
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.refuse_change();
