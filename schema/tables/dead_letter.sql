-- Tasks that a follower could not process, with the reason. Such a task keeps its events and its
-- timeline numbers, but its record is stale until a refold succeeds, which deletes the row.
-- Usage: written by followers; reported by task-ledger doctor.
CREATE TABLE task_ledger.dead_letter (
    follower  text        NOT NULL,
    task_id   uuid        NOT NULL,
    version   integer     NOT NULL,
    reason    text        NOT NULL,
    failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries     integer     NOT NULL DEFAULT 1,
    PRIMARY KEY (follower, task_id)
);
