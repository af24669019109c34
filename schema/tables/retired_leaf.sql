-- The leaves of retired events in their project's tree, 32 octets each, so that the tree can still be
-- computed and later events proven. A row has the leaves of consecutive numbers from first_seq on, at most 32.
-- Usage: written by task_ledger.prepare_retirement; read by the sealer once task_ledger.bucket has closed_at.
CREATE TABLE task_ledger.retired_leaf (
    project_id text    NOT NULL,
    first_seq  bigint  NOT NULL,
    bucket     integer NOT NULL,
    leaves     bytea   NOT NULL CHECK (octet_length(leaves) BETWEEN 32 AND 1024 AND octet_length(leaves) % 32 = 0),
    PRIMARY KEY (project_id, first_seq)
);

CREATE INDEX retired_leaf_bucket ON task_ledger.retired_leaf (bucket);
