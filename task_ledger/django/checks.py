"""System checks: find settings that would break a guarantee before anything runs."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections
from django.utils.module_loading import import_string

from task_ledger.django import conf
from task_ledger.django.management.processes import celery_application
from task_ledger.errors import LedgerError
from task_ledger.ops.migrate import ledger_schema, not_applied, revisions

READ_COMMITTED: Final = "READ COMMITTED"


def check_settings(**_: Any) -> list[CheckMessage]:
    """Check `settings.TASK_LEDGER` and the settings of its database; connects to nothing."""
    return [*_keys(), *_database(), *_actor(), *_celery()]


def check_schema(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check that the ledger's schema is up to date; for `manage.py check --database …`."""
    alias = conf.database()
    if alias not in (databases or ()) or _database():
        return []
    try:
        done, known = revisions(conf.database_url(alias), ledger_schema())
    except LedgerError as error:
        return [Warning(str(error), id="task_ledger.W002")]
    if done is not None and done not in known:
        return [
            Warning(
                f"A newer release has migrated the ledger's schema in the database {alias!r}.",
                hint="Upgrade the package task-ledger here.",
                id="task_ledger.W002",
            )
        ]
    if not not_applied(done, known):
        return []
    # A warning, since an error would keep Django's migrate from running, which fixes this.
    return [
        Warning(
            f"The ledger's schema in the database {alias!r} is not up to date.",
            hint="Run manage.py migrate, or ledger_migrate with a separate login.",
            id="task_ledger.W002",
        )
    ]


def worker_problems(app: Any) -> Iterator[str]:
    """The problems that keep a worker from starting, as sentences.

    Args:
        app: the worker's Celery application.
    """
    for found in _database():
        yield f"{found.msg} {found.hint}"
    options = _options()
    if options.get("pool"):
        yield (
            "Django's connection pool takes a connection for every task, which is slower than the "
            "connection that each child keeps: leave OPTIONS['pool'] out of the settings of workers"
        )
    if not _is_ours(app):
        yield "the application is not a task_ledger.django.LedgerCelery"


def _keys() -> Iterator[CheckMessage]:
    for key in sorted(conf.configured().keys() - conf.KEYS):
        yield Error(
            f"TASK_LEDGER has an unknown key {key!r}.",
            hint=f"Known are {', '.join(sorted(conf.OWN))}, and the names of"
            " deploy/README.md#settings without TASK_LEDGER_.",
            id="task_ledger.E001",
        )


def _database() -> list[CheckMessage]:
    alias = conf.database()
    if alias not in connections.settings:
        return [
            Error(
                f"TASK_LEDGER['DATABASE'] names {alias!r}, which is not in DATABASES.",
                hint="Set it to the alias of the database that holds the rows of tracked tasks.",
                id="task_ledger.E002",
            )
        ]
    connection: Any = connections[alias]
    if connection.vendor != "postgresql":
        return [
            Error(
                f"The database {alias!r} is {connection.vendor}; the ledger is kept in PostgreSQL.",
                hint="Name another one by TASK_LEDGER['DATABASE'].",
                id="task_ledger.E002",
            )
        ]
    found: list[CheckMessage] = []
    level = _options().get("isolation_level")
    if level is not None and getattr(level, "name", "") != READ_COMMITTED.replace(" ", "_"):
        found.append(
            Error(
                f"The database {alias!r} does not use the isolation level {READ_COMMITTED}, which "
                "writing events requires.",
                hint="Leave isolation_level out of its OPTIONS, and lock rows by"
                " select_for_update().",
                id="task_ledger.E003",
            )
        )
    if not connection.settings_dict.get("AUTOCOMMIT", True):
        found.append(
            Error(
                f"The database {alias!r} has AUTOCOMMIT off, so atomic() commits nothing.",
                hint="Leave AUTOCOMMIT out of its settings.",
                id="task_ledger.E004",
            )
        )
    return found


def _actor() -> Iterator[CheckMessage]:
    told: Any = conf.configured().get("ACTOR")
    try:
        known = import_string(told) if isinstance(told, str) else told
    except ImportError as error:
        yield Error(f"TASK_LEDGER['ACTOR'] cannot be imported: {error}", id="task_ledger.E005")
        return
    if known is not None and not callable(known):
        yield Error(
            "TASK_LEDGER['ACTOR'] is not a function.",
            hint="Name a function without arguments that returns the actor.",
            id="task_ledger.E005",
        )
    middleware = "task_ledger.django.middleware.ActorMiddleware"
    if known is None and middleware not in settings.MIDDLEWARE:
        yield Warning(
            "No actor is configured for enqueued tasks.",
            hint=f"Add {middleware} to MIDDLEWARE after AuthenticationMiddleware, or set"
            " TASK_LEDGER['ACTOR']; else pass actor=… to every enqueue.",
            id="task_ledger.W001",
        )


def _celery() -> Iterator[CheckMessage]:
    app = celery_application()
    if app.main == "default":
        # This process has no Celery application to check.
        return
    if not _is_ours(app):
        yield Error(
            f"The Celery application {app.main!r} is a {type(app).__name__}.",
            hint="Create it with task_ledger.django.LedgerCelery.",
            id="task_ledger.E006",
        )


def _is_ours(app: Any) -> bool:
    from task_ledger.django.celery import LedgerCelery

    return isinstance(app, LedgerCelery)


def _options() -> dict[str, Any]:
    return dict(connections.settings[conf.database()].get("OPTIONS") or {})
