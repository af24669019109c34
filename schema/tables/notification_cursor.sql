-- The last number that the notifier has read in each project's timeline.
-- Usage: locked FOR UPDATE SKIP LOCKED by the notifier that works on the project, and moved in the
--        transaction that creates the notifications.
CREATE TABLE task_ledger.notification_cursor (
    project_id text   PRIMARY KEY,
    seq        bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
