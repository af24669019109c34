-- A number of the timeline, once given, stays.
-- Usage: replaced by every migration.
CREATE OR REPLACE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON ledger.project_timeline
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger.project_timeline
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
