-- A timeline number never changes. Row triggers reach every partition by themselves; TRUNCATE triggers
-- do not, so task_ledger.open_bucket puts one on each.
-- Usage: replaced by every migration.
CREATE OR REPLACE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON task_ledger.project_timeline
    FOR EACH ROW EXECUTE FUNCTION task_ledger.refuse_change();
CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON task_ledger.project_timeline
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.refuse_change();
