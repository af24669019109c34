-- Opens a browser session of a person whom a provider has authenticated.
-- Returns: when the session ends; null when the name is a token's or another person's.
-- Arguments: cookie_hash, issuer, subject, name, role, projects (null for all), lifetime, an interval.
-- Usage: task_ledger.server.oidc.person.
SELECT task_ledger.open_person_session(
    %(cookie_hash)s, %(issuer)s, %(subject)s, %(name)s, %(role)s, %(projects)s::text[], %(lifetime)s)
