-- Groups of a project's equal failures: same task type, error type, message without numbers and ids, and
-- place. A part of the read model: maintained by the triggers of task_ledger.task_record in the
-- transaction of each change. handled_to is the time up to which it was handled (see
-- task_ledger.failure_handling); a group with a later failure is open. The message is the message of
-- last_task_id, so that no text of an erased task is kept here.
-- Usage: lists of failures; task_ledger.recount_failures rebuilds it.
CREATE TABLE task_ledger.failure_group (
    project_id   text        NOT NULL,
    fingerprint  text        NOT NULL,
    task_type    text        NOT NULL,
    error_type   text        NOT NULL,
    place        text,
    first_at     timestamptz NOT NULL,
    last_at      timestamptz NOT NULL,
    tasks        bigint      NOT NULL,
    last_task_id uuid        NOT NULL,
    handled_to   timestamptz,
    PRIMARY KEY (project_id, fingerprint)
) WITH (fillfactor = 70);

CREATE INDEX failure_group_open ON task_ledger.failure_group
    (project_id, last_at DESC, fingerprint DESC) WHERE handled_to IS NULL OR last_at > handled_to;
CREATE INDEX failure_group_handled ON task_ledger.failure_group
    (project_id, last_at DESC, fingerprint DESC) WHERE last_at <= handled_to;
CREATE INDEX failure_group_all_open ON task_ledger.failure_group
    (last_at DESC, project_id DESC, fingerprint DESC) WHERE handled_to IS NULL OR last_at > handled_to;
CREATE INDEX failure_group_all_handled ON task_ledger.failure_group
    (last_at DESC, project_id DESC, fingerprint DESC) WHERE last_at <= handled_to;
