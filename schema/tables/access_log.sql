-- The access log: exports, evidence, tracebacks, sign-ins and sign-outs, and changes of tokens, projects, queues,
-- schedules and notifications, with their actors. Numbered without gaps; each row has a digest over its columns and
-- the previous digest.
-- Append-only.
-- Usage: written only by task_ledger.record_access; read by auditors; sealed.
CREATE TABLE task_ledger.access_log (
    seq        bigint      PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL CHECK (actor <> '' AND octet_length(actor) <= 300),
    action     text        NOT NULL CHECK (action IN (
        'export', 'evidence', 'traceback', 'erasure', 'retirement', 'hold_placed', 'hold_released',
        'token_created', 'token_rotated', 'token_revoked', 'link_created', 'signed_in', 'signed_out',
        'queue_paused', 'queue_resumed', 'schedule_started', 'project_named', 'project_hidden',
        'project_unhidden', 'channel_saved', 'channel_deleted', 'channel_tested', 'rule_added', 'rule_changed',
        'rule_deleted', 'notifications_resent')),
    project_id text        CHECK (octet_length(project_id) <= 1000),
    task_id    uuid,
    detail     text        CHECK (octet_length(detail) <= 2000),
    digest     bytea       NOT NULL CHECK (octet_length(digest) = 32)
);
