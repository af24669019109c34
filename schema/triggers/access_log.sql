-- The access log is append-only; changes of tokens, sign-ins and sign-outs are recorded, by any program.
-- A token is revoked, never deleted or renamed, so its name is never reused.
-- Usage: replaced by every migration.
CREATE OR REPLACE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON task_ledger.access_log
    FOR EACH ROW EXECUTE FUNCTION task_ledger.refuse_change();
CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON task_ledger.access_log
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.refuse_change();
CREATE OR REPLACE TRIGGER record_creation AFTER INSERT ON task_ledger.access_token
    FOR EACH ROW EXECUTE FUNCTION task_ledger.record_token_change();
CREATE OR REPLACE TRIGGER record_change AFTER UPDATE ON task_ledger.access_token
    FOR EACH ROW WHEN (to_jsonb(NEW) - 'used_at' IS DISTINCT FROM to_jsonb(OLD) - 'used_at') EXECUTE FUNCTION task_ledger.record_token_change();
CREATE OR REPLACE TRIGGER record_link AFTER INSERT ON task_ledger.web_session
    FOR EACH ROW EXECUTE FUNCTION task_ledger.record_sign_in();
CREATE OR REPLACE TRIGGER record_sign_in AFTER UPDATE OF signed_in_at, cookie_hash ON task_ledger.web_session
    FOR EACH ROW EXECUTE FUNCTION task_ledger.record_sign_in();
CREATE OR REPLACE TRIGGER keep_name BEFORE UPDATE OF name ON task_ledger.access_token
    FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION task_ledger.refuse_change();
CREATE OR REPLACE TRIGGER keep_token BEFORE DELETE ON task_ledger.access_token
    FOR EACH ROW EXECUTE FUNCTION task_ledger.refuse_change();
CREATE OR REPLACE TRIGGER keep_tokens BEFORE TRUNCATE ON task_ledger.access_token
    FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.refuse_change();
