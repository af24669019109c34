-- A browser's session, opened by a one-time sign-in link. The link's secret and the cookie's
-- are stored as sha256 only; signed_in_at is set when the link has been used.
-- Usage: a row is made with link_hash; signing in sets cookie_hash and uses the link up.
CREATE TABLE task_ledger.web_session (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    token_id     uuid        NOT NULL REFERENCES task_ledger.access_token (id),
    link_hash    bytea       NOT NULL UNIQUE,
    link_expires timestamptz NOT NULL,
    cookie_hash  bytea       UNIQUE,
    signed_in_at timestamptz,
    expires_at   timestamptz NOT NULL
);
