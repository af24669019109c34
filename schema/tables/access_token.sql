-- API tokens. Only the SHA-256 of a token is stored (tokens are 256 random bits, so a plain hash is
-- enough). projects is null for all projects. A token's name is recorded as the actor, so the
-- ledger's own names are refused, and so, regardless of case, are those of other tokens and of people who have
-- signed in. created_by, rotated_by and revoked_by are names of tokens or people, or "login" and the
-- database's. used_at is up to five minutes old.
-- Usage: written by task_ledger.create_token, rotate_token, revoke_token and note_token_use; read by the API
--        at every request.
CREATE TABLE task_ledger.access_token (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text        NOT NULL CHECK (name <> '' AND octet_length(name) <= 100)
        CONSTRAINT access_token_reserved CHECK (
            name !~ '@|^\s|\s$|^[iI][mM][pP][oO][rR][tT]:|^[lL][oO][gG][iI][nN]\s'
            AND lower(name) NOT IN (
                'projector', 'relay', 'reconciler', 'sealer', 'notifier', 'next-steps', 'worker', 'beat')),
    role       text        NOT NULL CHECK (role IN ('viewer', 'operator', 'auditor', 'admin')),
    projects   text[],
    hash       bytea       NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz,
    created_by text        NOT NULL DEFAULT 'login ' || session_user CHECK (created_by <> ''),
    rotated_at timestamptz,
    rotated_by text,
    revoked_by text,
    used_at    timestamptz
);

CREATE UNIQUE INDEX access_token_name ON task_ledger.access_token (lower(name));
CREATE INDEX access_token_created ON task_ledger.access_token (created_at, id);
