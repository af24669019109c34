-- Lasting conditions, such as a stuck queue, that a rule has notified. A row is deleted when the
-- condition ends, so that its return is notified again.
-- Usage: the notifier that inserts the row creates the notification.
CREATE TABLE task_ledger.notification_condition (
    rule_id bigint      NOT NULL REFERENCES task_ledger.notification_rule ON DELETE CASCADE,
    subject text        NOT NULL,
    since   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (rule_id, subject)
);
