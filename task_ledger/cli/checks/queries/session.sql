-- The login of this session, and the roles it may assume.
-- Returns: login, current role, whether the login is a superuser, whether it may become the owner.
-- Arguments: owner, the role that owns the log.
-- Usage: task-ledger doctor.
SELECT session_user, current_user, r.rolsuper,
    pg_has_role(session_user, %(owner)s, 'MEMBER')
FROM pg_roles AS r
WHERE r.rolname = session_user
