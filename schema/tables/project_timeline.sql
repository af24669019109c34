-- The order in which a project's events became visible: numbered without gaps, after commit, by the
-- projector that holds the project's shard. This order is stored nowhere else, so rows are never changed,
-- deleted or rebuilt. Partitioned as the log is, so that a month's numbers can leave with its events;
-- numbers are therefore kept unique by how they are drawn (see project_head), and by a key only within a
-- partition, where task_ledger.open_bucket creates it. project is project_head.id: PostgreSQL fills index
-- pages if the key is eight bytes in all and each project's rows come in ascending order; with the name,
-- pages stay half empty.
-- Usage: the timeline's cursor and the live stream's ids.
CREATE TABLE task_ledger.project_timeline (
    seq         bigint            NOT NULL,
    recorded_at timestamptz       NOT NULL,
    version     integer           NOT NULL,
    type        task_ledger.event_type NOT NULL,
    bucket      integer           NOT NULL,
    project     integer           NOT NULL,
    task_id     uuid              NOT NULL,
    project_id  text              NOT NULL,
    PRIMARY KEY (task_id, version, bucket)
) PARTITION BY LIST (bucket);

CREATE INDEX project_timeline_by_type ON task_ledger.project_timeline (project, type, seq);
