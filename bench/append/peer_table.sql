-- The peer: a table like task_ledger.task_event, with its indexes and thirteen partitions, and
-- nothing that decides. One sequence numbers its rows.
CREATE SCHEMA bench;
CREATE SEQUENCE bench.feed;
CREATE TABLE bench.event (LIKE task_ledger.task_event, PRIMARY KEY (bucket, task_id, version))
    PARTITION BY LIST (bucket);
CREATE INDEX event_feed ON bench.event (shard, feed);
DO $$
DECLARE
    v_bucket integer;
BEGIN
    FOR i IN 0..12 LOOP
        v_bucket := to_char(now() AT TIME ZONE 'UTC' + make_interval(months => i), 'YYYYMM');
        EXECUTE format('CREATE TABLE bench.event_%s PARTITION OF bench.event FOR VALUES IN (%s)',
                       v_bucket, v_bucket);
    END LOOP;
    EXECUTE format('CREATE FUNCTION bench.this_month() RETURNS integer LANGUAGE sql IMMUTABLE RETURN %s',
                   to_char(now() AT TIME ZONE 'UTC', 'YYYYMM'));
END
$$;
