"""Who signs in through the provider, and the session that is opened for them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from psycopg import Connection

from task_ledger.access import Identity, Session, hash_of, new_secret
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.server.oidc.errors import SignInRefused


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs in.

    Attributes:
        issuer, subject: who it is: the provider's address and its id for the person.
        identity: the name, role and projects that the provider's claims stand for.
    """

    issuer: str
    subject: str
    identity: Identity


def open_session(connection: Connection[Any], person: Person, lifetime: timedelta) -> Session:
    """Open a session of a person whom the caller has authenticated.

    Runs one statement, with the role of the API, and commits if the connection is on autocommit.

    Args:
        lifetime: how long the session lasts, with the role and projects of now.

    Raises:
        SignInRefused: the name is a token's, or another subject has signed in with it before.
    """
    cookie = new_secret()
    identity = person.identity
    parameters = {
        "cookie_hash": hash_of(cookie),
        "issuer": person.issuer,
        "subject": person.subject,
        "name": identity.name,
        "role": identity.role,
        "projects": None if identity.projects is None else sorted(identity.projects),
        "lifetime": lifetime,
    }
    with ledger_errors():
        row = connection.execute(query("access_open_person"), parameters).fetchone()
    if row is None or row[0] is None:
        raise SignInRefused(
            "Your name here is that of a token, or of somebody else who has signed in with it. It "
            "is in events, so it stays theirs."
        )
    return Session(cookie, row[0])
