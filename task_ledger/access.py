"""Who may use the API: bearer tokens, and browser sessions that a one-time link opens.

A secret is 256 random bits and is shown once; the database keeps its sha256 only. A token's name
is the actor of everything that it causes. Every function runs one statement on the psycopg
connection it is given and never commits. `authenticate`, `authenticate_session`, `sign_in` and
`sign_out` need the api's role; the others need the owner's. All raise NotPermitted and
LedgerUnavailable besides what they name; no message holds a secret.
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
"""viewer reads; operator also uploads, starts and cancels; auditor reads and exports; admin may
do all of it and make projects."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

LINK_LIFETIME: Final = timedelta(hours=1)
SESSION_LIFETIME: Final = timedelta(days=30)

_SECRET: Final = re.compile(r"tl_[A-Za-z0-9_-]{43}", re.ASCII)
_MAX_NAME_BYTES: Final = 100

RESERVED: Final = frozenset(
    {"projector", "relay", "reconciler", "sealer", "notifier", "next-steps", "worker", "beat"}
)
"""Names that only parts of the ledger act under, in lower case; the database refuses them, too."""


class AccessError(LedgerError):
    """Something about a token was refused."""


class InvalidToken(AccessError):
    """A token that cannot be made: its name is taken or reserved, or a value makes no sense."""


class InvalidIdentity(AccessError):
    """An `Identity` whose name, role or projects make no sense."""


class UnknownToken(AccessError):
    """No token of this name is in force."""


class NotAuthenticated(AccessError):
    """The secret opens nothing: it is wrong, used up, revoked or expired; which is not said."""

    def __init__(self) -> None:
        super().__init__("the token, link or session is not valid; ask for a new one")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks.

    Attributes:
        name: the actor of every event that their requests cause; 1 to 100 bytes of printable text,
            and no name that a part of the ledger acts under.
        role: what they may do.
        projects: the ids within their reach; None for all.

    Raises:
        InvalidIdentity: a value makes no sense. `projects` must be a frozenset, so that a single
            id that was passed as text is not read as a set of its parts.
    """

    name: str
    role: Role
    projects: frozenset[str] | None

    def __post_init__(self) -> None:
        """Check the values: a host application's own authentication makes identities, too."""
        if not _is_name(self.name):
            raise InvalidIdentity(f"a name is 1 to {_MAX_NAME_BYTES} bytes of printable text")
        if self.name.strip().lower() in RESERVED:
            raise InvalidIdentity(
                f"a part of the ledger acts as {self.name!r}; choose another name"
            )
        if self.role not in ROLES:
            raise InvalidIdentity(f"a role is one of {', '.join(ROLES)}")
        if not isinstance(cast("object", self.projects), frozenset | None):
            raise InvalidIdentity("projects is a frozenset of ids, or None for all")

    def reaches(self, project_id: str) -> bool:
        """Whether anything of the project may be shown to it."""
        return self.projects is None or project_id in self.projects


@dataclass(frozen=True, slots=True)
class Token:
    """A token as `list_tokens` shows it."""

    id: UUID
    name: str
    role: Role
    projects: frozenset[str] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's session that was just opened. `cookie` is its secret, shown this once."""

    cookie: str
    expires_at: datetime


def create(
    connection: Connection[Any],
    name: str,
    role: Role,
    projects: frozenset[str] | set[str] | list[str] | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Make a token and return its secret, `tl_…`, which cannot be shown again.

    Args:
        name: 1 to 100 bytes of printable text without `@`; none that a part of the ledger acts
            under, and none that another token has or had, in whatever case.
        projects: the ids within its reach; None for all, of today and to come.
        expires_at: with a time zone; None for never.

    Raises:
        InvalidToken: the name was given before or is reserved, or a value makes no sense.
    """
    if not _is_name(name):
        raise InvalidToken(f"a token's name is 1 to {_MAX_NAME_BYTES} bytes of printable text")
    if role not in ROLES:
        raise InvalidToken(f"a token's role is one of {', '.join(ROLES)}")
    if projects is not None and not all(p and p.isprintable() for p in projects):
        raise InvalidToken("a token's projects are ids; leave them out for all projects")
    if projects is not None and not projects:
        raise InvalidToken("a token without any project is of no use; name one, or leave out all")
    if expires_at is not None and expires_at.tzinfo is None:
        raise InvalidToken("the time at which a token expires needs a time zone")
    secret = _new_secret()
    parameters = {
        "name": name,
        "role": role,
        "projects": None if projects is None else sorted(projects),
        "hash": _hash(secret),
        "expires_at": expires_at,
    }
    try:
        with ledger_errors():
            connection.execute(query("access_create"), parameters)
    except pg.UniqueViolation as error:
        raise InvalidToken(
            f"a token named {name!r} was made before; events keep its name, so choose another one"
        ) from error
    except pg.CheckViolation as error:
        raise InvalidToken(
            f"no token may be named {name!r}: the ledger's own parts and its workers act under"
            " such names; choose one without @"
        ) from error
    return secret


def revoke(connection: Connection[Any], name: str) -> None:
    """End a token and every session that was opened from it, from the next request on.

    Raises:
        UnknownToken: no token of this name is in force.
    """
    with ledger_errors():
        row = connection.execute(query("access_revoke"), {"name": name}).fetchone()
    if row is None:
        raise UnknownToken(f"no token named {name!r} is in force; list them")


def list_tokens(connection: Connection[Any]) -> list[Token]:
    """Every token that was ever made, the newest first."""
    with ledger_errors():
        rows = connection.execute(query("access_list")).fetchall()
    return [
        Token(i, name, role, _reach(projects), created, expires, revoked)
        for i, name, role, projects, created, expires, revoked in rows
    ]


def authenticate(connection: Connection[Any], secret: str) -> Identity:
    """Who a bearer token stands for.

    Raises:
        NotAuthenticated: the token is not in force.
    """
    return _identity(connection, "access_token", secret)


def authenticate_session(connection: Connection[Any], cookie: str) -> Identity:
    """Who a session's cookie stands for: its token, while both are in force.

    Raises:
        NotAuthenticated: the session or its token is not in force.
    """
    return _identity(connection, "access_session", cookie)


def create_link(
    connection: Connection[Any],
    name: str,
    *,
    link_lifetime: timedelta = LINK_LIFETIME,
    session_lifetime: timedelta = SESSION_LIFETIME,
) -> str:
    """Make a one-time sign-in code for the token called `name`: `/sign-in?code=<code>`.

    Args:
        link_lifetime: how long the code may wait to be used.
        session_lifetime: how long the session lasts, from now on.

    Raises:
        UnknownToken: no token of this name is in force.
    """
    code = _new_secret()
    parameters = {
        "name": name,
        "link_hash": _hash(code),
        "link_lifetime": link_lifetime,
        "session_lifetime": session_lifetime,
    }
    with ledger_errors():
        row = connection.execute(query("access_link"), parameters).fetchone()
    if row is None:
        raise UnknownToken(f"no token named {name!r} is in force; make one first")
    return code


def sign_in(connection: Connection[Any], code: str) -> Session:
    """Use a one-time code up and open its session. Of two at the same time, one gets it.

    Raises:
        NotAuthenticated: the code was used, is too old, or never was one.
    """
    check_form(code)
    cookie = _new_secret()
    parameters = {"link_hash": _hash(code), "cookie_hash": _hash(cookie)}
    with ledger_errors():
        row = connection.execute(query("access_sign_in"), parameters).fetchone()
    if row is None:
        raise NotAuthenticated
    return Session(cookie, row[0])


def sign_out(connection: Connection[Any], cookie: str) -> None:
    """End a session; one that is not in force is no error."""
    with ledger_errors():
        connection.execute(query("access_sign_out"), {"cookie_hash": _hash(cookie)})


def _identity(connection: Connection[Any], name: str, secret: str) -> Identity:
    check_form(secret)
    with ledger_errors():
        row = connection.execute(query(name), {"hash": _hash(secret)}).fetchone()
    if row is None:
        raise NotAuthenticated
    return Identity(row[0], cast("Role", row[1]), _reach(row[2]))


def _is_name(name: str) -> bool:
    return name.isprintable() and bool(name.strip()) and len(name.encode()) <= _MAX_NAME_BYTES


def check_form(secret: str) -> None:
    """Refuse what cannot be a token, a code or a cookie by its form alone; looks nothing up.

    Raises:
        NotAuthenticated: it is none.
    """
    if _SECRET.fullmatch(secret) is None:
        raise NotAuthenticated


def _new_secret() -> str:
    return f"tl_{secrets.token_urlsafe(32)}"


def _hash(secret: str) -> bytes:
    return sha256(secret.encode(errors="surrogatepass")).digest()


def _reach(projects: list[str] | None) -> frozenset[str] | None:
    return None if projects is None else frozenset(projects)
