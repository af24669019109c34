-- Creates the required partitions: for UUIDv4, for the current and coming months, and for ids up to 31
-- days old: the previous month, and at the beginning of a month also the month before a short one.
--
-- Returns: integer, number of partitions created.
-- Arguments: p_months, number of months ahead, 0 to 120; 12 by default.
-- Usage: task-ledger migrate, and the projector once an hour. Call again after lock_not_available.
CREATE OR REPLACE FUNCTION task_ledger.open_buckets(p_months integer DEFAULT 12)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_month  timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    v_oldest timestamp := date_trunc('month', (now() - interval '31 days') AT TIME ZONE 'UTC');
    v_back   integer := 12 * extract(year FROM age(v_month, v_oldest)) + extract(month FROM age(v_month, v_oldest));
    v_opened integer := task_ledger.open_bucket(0)::integer;
BEGIN
    IF (p_months BETWEEN 0 AND 120) IS NOT TRUE THEN
        RAISE EXCEPTION 'open 0 to 120 months ahead, not %', p_months USING ERRCODE = 'TL004';
    END IF;
    FOR i IN -v_back..p_months LOOP
        v_opened := v_opened + task_ledger.open_bucket(to_char(v_month + make_interval(months => i), 'YYYYMM')::integer)::integer;
    END LOOP;
    -- A migration replaces task_ledger.this_month too; whoever comes second must not even wait for it.
    IF task_ledger.this_month() <> to_char(v_month, 'YYYYMM')::integer
        AND pg_try_advisory_xact_lock(hashtextextended('task-ledger migrate', 0)) THEN
        EXECUTE format('CREATE OR REPLACE FUNCTION task_ledger.this_month() RETURNS integer '
                       'LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN %s', to_char(v_month, 'YYYYMM'));
    END IF;
    RETURN v_opened;
END
$$;
