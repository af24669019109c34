-- Browser sessions: of a token, opened by a one-time link or by the token itself, or of a person whom an
-- OpenID Connect provider has authenticated. Only the SHA-256 of the link's and the cookie's secrets is
-- stored. A person's name belongs to the first subject that signs in with it: events carry it.
-- Usage: a link's row is created with link_hash; signing in sets cookie_hash and invalidates the link.
--        task_ledger.open_token_session and task_ledger.open_person_session create the others.
CREATE TABLE task_ledger.web_session (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    token_id     uuid        REFERENCES task_ledger.access_token (id),
    issuer       text        CHECK (issuer <> '' AND octet_length(issuer) <= 1000),
    subject      text        CHECK (subject <> '' AND octet_length(subject) <= 255),
    name         text        CHECK (name <> '' AND octet_length(name) <= 100)
        CONSTRAINT web_session_reserved CHECK (
            name !~ '^\s*([iI][mM][pP][oO][rR][tT]:|[lL][oO][gG][iI][nN]\s)'
            AND lower(btrim(name)) NOT IN (
                'projector', 'relay', 'reconciler', 'sealer', 'notifier', 'next-steps', 'worker', 'beat')),
    role         text        CHECK (role IN ('viewer', 'operator', 'auditor', 'admin')),
    projects     text[],
    link_hash    bytea       UNIQUE,
    link_expires timestamptz,
    cookie_hash  bytea       UNIQUE,
    signed_in_at timestamptz,
    expires_at   timestamptz NOT NULL,
    CONSTRAINT web_session_of_token_or_person CHECK (
        num_nonnulls(issuer, subject, name, role) = CASE WHEN token_id IS NULL THEN 4 ELSE 0 END
        AND (token_id IS NULL OR projects IS NULL)),
    CHECK (num_nulls(link_hash, link_expires) IN (0, 2))
);

CREATE INDEX web_session_name ON task_ledger.web_session (lower(name)) WHERE name IS NOT NULL;
