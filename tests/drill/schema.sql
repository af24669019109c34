-- What the drill's orders are, beside the ledger in the same database. Each order is written in the
-- transaction that enqueues its task; the task writes one delivery.
CREATE SCHEMA drill;

CREATE TABLE drill.order_of (
    task_id uuid PRIMARY KEY,
    number integer NOT NULL UNIQUE
);

CREATE TABLE drill.delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id uuid NOT NULL,
    number integer NOT NULL
);

GRANT USAGE ON SCHEMA drill TO task_ledger_worker, task_ledger_api;
GRANT INSERT ON drill.order_of TO task_ledger_api;
GRANT INSERT ON drill.delivery TO task_ledger_worker;
