"""What `settings.TASK_LEDGER` says, and the address of the database that it names."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils.module_loading import import_string
from psycopg.pq import Conninfo

from task_ledger.errors import UnsupportedConfiguration
from task_ledger.ops.settings import Settings

NAME: Final = "TASK_LEDGER"

OWN: Final = frozenset({"DATABASE", "PROJECT", "ACTOR", "MIGRATE"})
"""Keys that only Django's side reads; the others are fields of `ops.settings.Settings`, but for
the workers' address, which is that of Django's own connection."""

KEYS: Final = OWN | {name.upper() for name in Settings.model_fields} - {"WORKER_DATABASE_URL"}


def configured() -> Mapping[str, Any]:
    """`settings.TASK_LEDGER`, as it is now; empty where it is not set."""
    return cast("Mapping[str, Any]", getattr(settings, NAME, None) or {})


def database() -> str:
    """The alias of the database that holds ledger and rows: `DATABASE`, or `default`."""
    return str(configured().get("DATABASE", "default"))


def project() -> str | None:
    """The project of what is enqueued without one: `PROJECT`."""
    return configured().get("PROJECT")


def actor() -> str | None:
    """What `ACTOR` returns: a function without arguments, or the path of one; None without one."""
    told: Any = configured().get("ACTOR")
    if told is None:
        return None
    ask = cast("Callable[[], str | None]", import_string(told) if isinstance(told, str) else told)
    return ask()


def migrates() -> bool:
    """Whether Django's `migrate` also brings the ledger's schema up to date: `MIGRATE`."""
    return bool(configured().get("MIGRATE", True))


def role_prefix() -> str:
    """What the names of the ledger's group roles begin with: `ROLE_PREFIX`."""
    return str(configured().get("ROLE_PREFIX") or Settings().role_prefix)


def database_url(alias: str) -> str:
    """The address of a database of Django's, in libpq's form, as its connection has it now.

    Within tests, that of the test database. Has the password in it: do not log it.

    Raises:
        UnsupportedConfiguration: it is no PostgreSQL database.
    """
    connection: Any = connections[alias]
    if connection.vendor != "postgresql":
        raise UnsupportedConfiguration(
            f"the database {alias!r} of Django is {connection.vendor}, and the ledger is kept in"
            " PostgreSQL: name one that is by settings.TASK_LEDGER['DATABASE']"
        )
    parameters = _libpq(connection.get_connection_params())
    role = connection.settings_dict["OPTIONS"].get("assume_role")
    if role:
        parameters["options"] = f"{parameters.get('options', '')} -c role={role}".strip()
    login = quote(parameters.pop("user", ""), safe="")
    if password := parameters.pop("password", None):
        login += f":{quote(password, safe='')}"
    name = quote(parameters.pop("dbname", ""), safe="")
    port = parameters.pop("port", None)
    host = parameters.pop("host", "")
    at = f"[{host}]" if ":" in host else host
    if host.startswith("/") or "," in host:
        parameters["host"] = host
        at = ""
        if port:
            parameters["port"] = port
    elif port:
        at += f":{port}"
    query = urlencode(parameters, quote_via=quote)
    return f"postgresql://{login + '@' if login else ''}{at}/{name}{'?' + query if query else ''}"


def environment(broker_url: str | None) -> dict[str, str]:
    """The variables that give a process of the ledger what `settings.TASK_LEDGER` says.

    Args:
        broker_url: of the Celery application, where TASK_LEDGER names none.

    Raises:
        ImproperlyConfigured: a key is not known.
    """
    unknown = sorted(configured().keys() - KEYS)
    if unknown:
        raise ImproperlyConfigured(f"settings.{NAME} has keys that are not known: {unknown}")
    told = {"DATABASE_URL": database_url(database())}
    if broker_url:
        told["BROKER_URL"] = broker_url
    told |= {k: str(v) for k, v in configured().items() if k not in OWN and v is not None}
    return {f"{NAME}_{name}": value for name, value in told.items()}


def _libpq(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Of what Django passes to psycopg, what libpq knows: not the context, not the cursors."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} - {"client_encoding"}
    return {name: str(value) for name, value in parameters.items() if name in known}
