"""Authentication for the API: bearer tokens, and browser sessions opened by one-time links.

A secret is 256 random bits and is shown once; the database stores only its SHA-256. A token's name
is recorded as the actor of everything done with it. Every function runs one statement on the
psycopg connection it is given and never commits. They need the api's role or the owner's;
`create_link` needs the owner's. All may also
raise NotPermitted and LedgerUnavailable; no error message contains a secret.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal, cast, get_args
from uuid import UUID

from psycopg import Connection
from psycopg import errors as pg

from task_ledger.errors import LedgerError
from task_ledger.eventlog.database import ledger_errors, query

Role = Literal["viewer", "operator", "auditor", "admin"]
"""A viewer reads; an operator also uploads and acts on tasks; an auditor reads and exports; an
admin may do all of this and create projects."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

LINK_LIFETIME: Final = timedelta(hours=1)
SESSION_LIFETIME: Final = timedelta(days=30)

_SECRET: Final = re.compile(r"tl_[A-Za-z0-9_-]{43}", re.ASCII)
_MAX_NAME_BYTES: Final = 100

RESERVED: Final = frozenset(
    {"projector", "relay", "reconciler", "sealer", "notifier", "next-steps", "worker", "beat"}
)
"""Names reserved for parts of the ledger, in lower case; the database refuses them too."""

_RESERVED_START: Final = re.compile(r"import:|login\s", re.IGNORECASE)
"""How the log names imported histories and the database's logins; the database refuses it too."""


class AccessError(LedgerError):
    """Base class of the errors about tokens and sessions."""


class InvalidToken(AccessError):
    """The token cannot be created: its name is taken or reserved, or a value is invalid."""


class InvalidIdentity(AccessError):
    """The name, role or projects of an `Identity` are invalid."""


class UnknownToken(AccessError):
    """No active token has this name."""


class NotAuthenticated(AccessError):
    """The secret is wrong, used, revoked or expired; the message does not say which."""

    def __init__(self) -> None:
        super().__init__("the token, link or session is not valid; ask for a new one")


@dataclass(frozen=True, slots=True)
class Identity:
    """The authenticated caller of a request.

    Attributes:
        name: the actor of every event caused by the caller's requests; 1 to 100 bytes of printable
            text, and not a name that a part of the ledger acts under.
        role: what the caller may do.
        projects: the ids of the projects that the caller may access; None for all.

    Raises:
        InvalidIdentity: a value is invalid. `projects` must be a frozenset, so that a single id
            passed as a string is not read as a set of characters.
    """

    name: str
    role: Role
    projects: frozenset[str] | None

    def __post_init__(self) -> None:
        """Check the values: a host application's own authentication creates identities too."""
        if not _is_name(self.name):
            raise InvalidIdentity(f"a name is 1 to {_MAX_NAME_BYTES} bytes of printable text")
        name = self.name.strip()
        if name.lower() in RESERVED or _RESERVED_START.match(name):
            raise InvalidIdentity(
                f"the ledger's own parts have names such as {self.name!r}; choose another name"
            )
        if self.role not in ROLES:
            raise InvalidIdentity(f"a role is one of {', '.join(ROLES)}")
        if not isinstance(cast("object", self.projects), frozenset | None):
            raise InvalidIdentity("projects is a frozenset of ids, or None for all")

    def reaches(self, project_id: str) -> bool:
        """Whether the caller may access the project."""
        return self.projects is None or project_id in self.projects


@dataclass(frozen=True, slots=True)
class Token:
    """A token as returned by `list_tokens`, without its secret.

    Attributes:
        created_by, revoked_by: the name of a token or person, or `login` and the database's.
        used_at: when it was used last, up to five minutes too early; None for never.
        rotated_at: when it got the secret that it has, if that is not its first.
    """

    id: UUID
    name: str
    role: Role
    projects: frozenset[str] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    created_by: str
    used_at: datetime | None
    rotated_at: datetime | None
    revoked_by: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """A newly opened browser session. `cookie` is its secret, returned only here."""

    cookie: str
    expires_at: datetime


def create(
    connection: Connection[Any],
    name: str,
    role: Role,
    projects: frozenset[str] | set[str] | list[str] | None = None,
    expires_at: datetime | None = None,
    *,
    actor: str | None = None,
) -> str:
    """Create a token and return its secret, `tl_…`, which cannot be retrieved again.

    Args:
        name: 1 to 100 bytes of printable text without `@`. Names used by the ledger's own parts,
            and of earlier tokens and of people who have signed in, are refused, regardless of case.
        projects: the ids of the projects that it may access; None for all, including future ones.
        expires_at: an aware datetime; None for a token that never expires.
        actor: who creates it, for the access log. Default: the database's login.

    Raises:
        InvalidToken: the name was used before or is reserved, or a value is invalid.
    """
    if not _is_name(name):
        raise InvalidToken(f"a token's name is 1 to {_MAX_NAME_BYTES} bytes of printable text")
    if role not in ROLES:
        raise InvalidToken(f"a token's role is one of {', '.join(ROLES)}")
    if projects is not None and not all(p and p.isprintable() for p in projects):
        raise InvalidToken("a token's projects are ids; leave them out for all projects")
    if projects is not None and not projects:
        raise InvalidToken(
            "a token without any project is useless; name one, or omit projects for access to all"
        )
    if expires_at is not None and expires_at.tzinfo is None:
        raise InvalidToken("the time at which a token expires needs a time zone")
    secret = new_secret()
    parameters = {
        "actor": actor,
        "name": name,
        "role": role,
        "projects": None if projects is None else sorted(projects),
        "hash": hash_of(secret),
        "expires_at": expires_at,
    }
    try:
        with ledger_errors():
            connection.execute(query("access_create"), parameters)
    except pg.UniqueViolation as error:
        raise InvalidToken(
            f"a token or person named {name!r} already existed, and the name stays in events; "
            "choose another name"
        ) from error
    except pg.CheckViolation as error:
        raise InvalidToken(
            f"no token may be named {name!r}: the ledger's own parts and its workers use"
            " such names; choose one without @"
        ) from error
    return secret


def rotate(connection: Connection[Any], name: str, *, actor: str | None = None) -> str:
    """Give a token a new secret and return it; the old one and all sessions end at once.

    Args:
        actor: as for `create`.

    Raises:
        UnknownToken: no active token has this name.
    """
    secret = new_secret()
    parameters = {"actor": actor, "name": name, "hash": hash_of(secret)}
    with ledger_errors():
        row = connection.execute(query("access_rotate"), parameters).fetchone()
    if row is None or not row[0]:
        raise UnknownToken(f"no active token is named {name!r}; list them")
    return secret


def revoke(connection: Connection[Any], name: str, *, actor: str | None = None) -> None:
    """Revoke a token and all sessions opened with it, effective from the next request.

    Args:
        actor: as for `create`.

    Raises:
        UnknownToken: no active token has this name.
    """
    with ledger_errors():
        row = connection.execute(query("access_revoke"), {"actor": actor, "name": name}).fetchone()
    if row is None or not row[0]:
        raise UnknownToken(f"no active token is named {name!r}; list them")


def list_tokens(
    connection: Connection[Any],
    *,
    limit: int | None = None,
    after: UUID | None = None,
    active: bool = False,
) -> list[Token]:
    """Tokens, newest first.

    Args:
        limit: maximum number; None for all.
        after: the id of the last token of the previous page; None for the first page. Tokens stay
            in the database, so it is found.
        active: without revoked and expired ones.
    """
    parameters = {"after": after, "active": active, "limit": limit}
    with ledger_errors():
        rows = connection.execute(query("access_list"), parameters).fetchall()
    return [_token(row) for row in rows]


def find_token(connection: Connection[Any], token_id: UUID) -> Token | None:
    """The token with this id, also a revoked one; None if there is none."""
    with ledger_errors():
        row = connection.execute(query("access_find"), {"id": token_id}).fetchone()
    return None if row is None else _token(row)


def authenticate(connection: Connection[Any], secret: str) -> Identity:
    """The identity of a bearer token.

    Raises:
        NotAuthenticated: the token is unknown, revoked or expired.
    """
    return _identity(connection, "access_token", secret)


def authenticate_session(connection: Connection[Any], cookie: str) -> Identity:
    """The identity of a session cookie, while the session and its token are both active.

    Raises:
        NotAuthenticated: the session or its token is not active.
    """
    return _identity(connection, "access_session", cookie)


def create_link(
    connection: Connection[Any],
    name: str,
    *,
    link_lifetime: timedelta = LINK_LIFETIME,
    session_lifetime: timedelta = SESSION_LIFETIME,
) -> str:
    """Create a one-time sign-in code for the token `name`, for use as `/sign-in?code=<code>`.

    Args:
        link_lifetime: how long the code is valid.
        session_lifetime: how long the session lasts, counted from now.

    Raises:
        UnknownToken: no active token has this name.
    """
    code = new_secret()
    parameters = {
        "name": name,
        "link_hash": hash_of(code),
        "link_lifetime": link_lifetime,
        "session_lifetime": session_lifetime,
    }
    with ledger_errors():
        row = connection.execute(query("access_link"), parameters).fetchone()
    if row is None:
        raise UnknownToken(f"no active token is named {name!r}; create one first")
    return code


def sign_in(connection: Connection[Any], code: str) -> Session:
    """Redeem a one-time code and open its session. Of two concurrent calls, one succeeds.

    Raises:
        NotAuthenticated: the code is invalid, expired or already used.
    """
    check_form(code)
    cookie = new_secret()
    parameters = {"link_hash": hash_of(code), "cookie_hash": hash_of(cookie)}
    with ledger_errors():
        row = connection.execute(query("access_sign_in"), parameters).fetchone()
    if row is None:
        raise NotAuthenticated
    return Session(cookie, row[0])


def sign_in_with_token(connection: Connection[Any], secret: str) -> Session:
    """Open a session of a token, which lasts at most as long as the token.

    Raises:
        NotAuthenticated: the token is unknown, revoked or expired.
    """
    check_form(secret)
    cookie = new_secret()
    parameters = {
        "token_hash": hash_of(secret),
        "cookie_hash": hash_of(cookie),
        "lifetime": SESSION_LIFETIME,
    }
    with ledger_errors():
        row = connection.execute(query("access_open_token"), parameters).fetchone()
    if row is None or row[0] is None:
        raise NotAuthenticated
    return Session(cookie, row[0])


def sign_out(connection: Connection[Any], cookie: str) -> None:
    """End a session. It is no error if the session is not active."""
    with ledger_errors():
        connection.execute(query("access_sign_out"), {"cookie_hash": hash_of(cookie)})


def _identity(connection: Connection[Any], name: str, secret: str) -> Identity:
    check_form(secret)
    with ledger_errors():
        row = connection.execute(query(name), {"hash": hash_of(secret)}).fetchone()
    if row is None:
        raise NotAuthenticated
    return Identity(row[0], cast("Role", row[1]), _reach(row[2]))


def _token(row: tuple[Any, ...]) -> Token:
    token_id, name, role, projects, *further = row
    return Token(token_id, name, role, _reach(projects), *further)


def _is_name(name: str) -> bool:
    return name.isprintable() and bool(name.strip()) and len(name.encode()) <= _MAX_NAME_BYTES


def check_form(secret: str) -> None:
    """Refuse a string that is not well-formed as a token, code or cookie, without a database
    lookup.

    Raises:
        NotAuthenticated: the string is malformed.
    """
    if _SECRET.fullmatch(secret) is None:
        raise NotAuthenticated


def new_secret() -> str:
    """A new token, code or cookie."""
    return f"tl_{secrets.token_urlsafe(32)}"


def hash_of(secret: str) -> bytes:
    """What the database stores of a secret."""
    return sha256(secret.encode(errors="surrogatepass")).digest()


def _reach(projects: list[str] | None) -> frozenset[str] | None:
    return None if projects is None else frozenset(projects)
