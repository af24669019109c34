-- The read model: the fold of each task's events at `version`. Written by the projector only; it can be
-- rebuilt from the log at any time.
-- Usage: lists and searches. One task by its id is read with its newest events folded in.
CREATE TABLE task_ledger.task_record (
    task_id             uuid               PRIMARY KEY,
    project_id          text               NOT NULL,
    version             integer            NOT NULL,
    state               task_ledger.event_type  NOT NULL,
    status              text               NOT NULL,
    task_type           text               NOT NULL,
    task_name           text               NOT NULL,
    actor               text               NOT NULL,
    metadata            json               NOT NULL,
    entity              json,
    queue               text,
    attempt             integer            NOT NULL,
    max_attempts        integer,
    claim               uuid,
    worker              text,
    boot                uuid,
    percent             double precision,
    step                text,
    detail              text,
    current             bigint,
    total               bigint,
    cancel_requested    boolean            NOT NULL,
    cancel_requested_by text,
    retry_reason        text,
    countdown_s         double precision,
    due_at              timestamptz,
    expires_at          timestamptz,
    failure_reason      text,
    error               json,
    fingerprint         text,
    result              json,
    parent_id           uuid,
    root_id             uuid,
    group_id            uuid,
    waits_for           uuid[]             NOT NULL,
    rerun_of            uuid,
    trace_id            text,
    notes               integer            NOT NULL,
    created_at          timestamptz        NOT NULL,
    started_at          timestamptz,
    attempt_started_at  timestamptz,
    completed_at        timestamptz,
    updated_at          timestamptz        NOT NULL,
    digest              text               NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX task_record_by_project ON task_ledger.task_record (project_id, created_at DESC, task_id DESC);
-- The same time in different expressions, so that the planner can only take the order from the index that
-- also has the filter. With task_record_by_project, it would scan the whole project for a status or type.
CREATE INDEX task_record_by_status ON task_ledger.task_record
    (project_id, status, (created_at AT TIME ZONE 'UTC') DESC, task_id DESC);
CREATE INDEX task_record_by_type ON task_ledger.task_record
    (project_id, task_type, status, (created_at AT TIME ZONE 'GMT') DESC, task_id DESC);
CREATE INDEX task_record_of_all_projects ON task_ledger.task_record
    (status, (created_at AT TIME ZONE 'Zulu') DESC, task_id DESC);
-- First tasks of trees.
CREATE INDEX task_record_roots ON task_ledger.task_record
    (project_id, (created_at AT TIME ZONE 'Greenwich') DESC, task_id DESC) WHERE root_id IS NULL;
-- One group of failures: in a project, and in all.
CREATE INDEX task_record_by_fingerprint ON task_ledger.task_record
    (project_id, fingerprint, (created_at AT TIME ZONE 'UCT') DESC, task_id DESC)
    WHERE fingerprint IS NOT NULL;
CREATE INDEX task_record_by_fingerprint_of_all ON task_ledger.task_record
    (fingerprint, (created_at AT TIME ZONE 'Universal') DESC, task_id DESC) WHERE fingerprint IS NOT NULL;
CREATE INDEX task_record_unfinished ON task_ledger.task_record (state, due_at) WHERE completed_at IS NULL;
-- Tasks that wait for a worker, by queue, earliest due first.
CREATE INDEX task_record_waiting ON task_ledger.task_record
    (queue, (coalesce(due_at, created_at)), task_id)
    WHERE completed_at IS NULL AND state IN ('registered', 'retrying');
CREATE INDEX task_record_by_end ON task_ledger.task_record (project_id, completed_at DESC, task_id DESC)
    WHERE completed_at IS NOT NULL;
CREATE INDEX task_record_by_duration ON task_ledger.task_record
    (project_id, (completed_at - coalesce(started_at, completed_at)) DESC, task_id DESC)
    WHERE completed_at IS NOT NULL;
CREATE INDEX task_record_by_rerun ON task_ledger.task_record (rerun_of) WHERE rerun_of IS NOT NULL;
CREATE INDEX task_record_by_root ON task_ledger.task_record (root_id, created_at, task_id)
    WHERE root_id IS NOT NULL;
