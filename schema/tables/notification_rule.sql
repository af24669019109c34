-- Rules: notify a channel of the trigger's events that are recorded after active_since, which is when the
-- rule was created or last resumed. A paused rule notifies nothing.
-- project_id is null for all projects; query is in the query language, empty for all tasks. task_id
-- limits the rule to the end of one task: the rule is deleted when that is notified. After a notification
-- in a project, further ones are held back for quiet_s seconds. after_s is the minimum age of a stuck
-- queue's oldest message.
-- Usage: written by task_ledger.notifier.rules, read by the notifier.
CREATE TABLE task_ledger.notification_rule (
    id           bigint           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel      text             NOT NULL REFERENCES task_ledger.notification_channel ON DELETE CASCADE,
    trigger      text             NOT NULL CHECK (trigger IN (
                     'task.failed', 'task.ended', 'failure.first', 'failure.returned', 'queue.stuck', 'seal.refused')),
    project_id   text             CHECK (octet_length(project_id) <= 1000),
    task_id      uuid             CHECK (task_id IS NULL OR trigger = 'task.ended'),
    query        text             NOT NULL DEFAULT '' CHECK (octet_length(query) <= 4000),
    quiet_s      double precision NOT NULL DEFAULT 0 CHECK (quiet_s BETWEEN 0 AND 2678400),
    after_s      double precision NOT NULL DEFAULT 300 CHECK (after_s BETWEEN 1 AND 2678400),
    made_by      text             NOT NULL CHECK (made_by <> '' AND octet_length(made_by) <= 200),
    made_at      timestamptz      NOT NULL DEFAULT clock_timestamp(),
    active_since timestamptz      NOT NULL DEFAULT clock_timestamp(),
    paused_at    timestamptz,
    changed_by   text             CHECK (changed_by <> '' AND octet_length(changed_by) <= 200),
    changed_at   timestamptz
);

CREATE UNIQUE INDEX notification_rule_of_task ON task_ledger.notification_rule (task_id, channel)
    WHERE task_id IS NOT NULL;
CREATE INDEX notification_rule_by_project ON task_ledger.notification_rule (project_id, id);
