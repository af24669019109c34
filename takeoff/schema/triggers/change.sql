-- A change is never changed or deleted.
-- Returns: nothing
-- Arguments: none
-- Usage: replaced by every migration
CREATE OR REPLACE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON takeoff.change
    FOR EACH ROW EXECUTE FUNCTION takeoff.refuse_change();
CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON takeoff.change
    FOR EACH STATEMENT EXECUTE FUNCTION takeoff.refuse_change();
