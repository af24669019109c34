-- Browser sessions, opened by one-time sign-in links. Only the SHA-256 of the link's and the
-- cookie's secrets is stored; signed_in_at is set when the link is used.
-- Usage: a row is created with link_hash; signing in sets cookie_hash and invalidates the link.
CREATE TABLE task_ledger.web_session (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    token_id     uuid        NOT NULL REFERENCES task_ledger.access_token (id),
    link_hash    bytea       NOT NULL UNIQUE,
    link_expires timestamptz NOT NULL,
    cookie_hash  bytea       UNIQUE,
    signed_in_at timestamptz,
    expires_at   timestamptz NOT NULL
);
