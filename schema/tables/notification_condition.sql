-- The conditions that last, such as a stuck queue, and were notified by a rule. A row is deleted when the
-- condition has passed, so it is notified again when it returns.
-- Usage: of several notifiers, the one that inserts the row makes the notification.
CREATE TABLE task_ledger.notification_condition (
    rule_id bigint      NOT NULL REFERENCES task_ledger.notification_rule ON DELETE CASCADE,
    subject text        NOT NULL,
    since   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (rule_id, subject)
);
