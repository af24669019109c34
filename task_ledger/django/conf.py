"""Reading `settings.TASK_LEDGER` and the URL of its database."""

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
"""Keys used only by the Django integration. The others are fields of `ops.settings.Settings`,
except the workers' URL, which is that of Django's own connection."""

KEYS: Final = OWN | {name.upper() for name in Settings.model_fields} - {"WORKER_DATABASE_URL"}


def configured() -> Mapping[str, Any]:
    """The current value of `settings.TASK_LEDGER`; empty if it is not set."""
    return cast("Mapping[str, Any]", getattr(settings, NAME, None) or {})


def database() -> str:
    """The alias of the database with the ledger and the rows: `DATABASE`, or `default`."""
    return str(configured().get("DATABASE", "default"))


def project() -> str | None:
    """The default project of enqueued tasks: `PROJECT`."""
    return configured().get("PROJECT")


def actor() -> str | None:
    """The result of `ACTOR`, a function without arguments or its path; None if it is not set."""
    told: Any = configured().get("ACTOR")
    if told is None:
        return None
    ask = cast("Callable[[], str | None]", import_string(told) if isinstance(told, str) else told)
    return ask()


def migrates() -> bool:
    """Whether Django's `migrate` also brings the ledger's schema up to date: `MIGRATE`."""
    return bool(configured().get("MIGRATE", True))


def role_prefix() -> str:
    """The prefix of the ledger's group roles: `ROLE_PREFIX`."""
    return str(configured().get("ROLE_PREFIX") or Settings().role_prefix)


def database_url(alias: str) -> str:
    """The libpq URL of a Django database, as its connection uses it now.

    In tests, it is the test database's. Includes the password: do not log it.

    Raises:
        UnsupportedConfiguration: the database is not PostgreSQL.
    """
    connection: Any = connections[alias]
    if connection.vendor != "postgresql":
        raise UnsupportedConfiguration(
            f"Django's database {alias!r} is {connection.vendor}, but the ledger needs PostgreSQL:"
            " name a PostgreSQL database in settings.TASK_LEDGER['DATABASE']"
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
    """The environment variables that pass `settings.TASK_LEDGER` to a process of the ledger.

    Args:
        broker_url: the Celery application's, used if TASK_LEDGER has none.

    Raises:
        ImproperlyConfigured: an unknown key is set.
    """
    unknown = sorted(configured().keys() - KEYS)
    if unknown:
        raise ImproperlyConfigured(f"settings.{NAME} has unknown keys: {unknown}")
    told = {"DATABASE_URL": database_url(database())}
    if broker_url:
        told["BROKER_URL"] = broker_url
    told |= {k: str(v) for k, v in configured().items() if k not in OWN and v is not None}
    return {f"{NAME}_{name}": value for name, value in told.items()}


def _libpq(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The connection parameters that libpq understands, without Django's context and cursor
    classes."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} - {"client_encoding"}
    return {name: str(value) for name, value in parameters.items() if name in known}
