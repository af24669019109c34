"""Migrating the ledger's schema in a Django database."""

from collections.abc import Iterator
from typing import Any

from django.db import connections

from task_ledger.django import conf
from task_ledger.errors import UnsupportedConfiguration
from task_ledger.ops.migrate import ledger_schema, pending, upgrade
from task_ledger.ops.settings import Settings
from task_ledger.plugin import load_plugins, schemas_of


def migrate(url: str) -> Iterator[str]:
    """Migrate the schemas of the ledger and its plug-ins; commits.

    Args:
        url: the database, with a login that may create schemas and roles; see
            docs/how-to/django.md.

    Returns:
        A line for each schema that was not at its newest revision, and one for opened partitions.

    Raises:
        LedgerError: says in one line what is wrong.
    """
    schemas = schemas_of(load_plugins(Settings().plugins))
    before = {each.schema: pending(url, each) for each in (ledger_schema(), *schemas)}
    opened = upgrade(url, schemas, conf.role_prefix())
    for schema, revisions in before.items():
        if revisions:
            yield f"{schema}: applied {', '.join(revisions)}"
    if opened:
        yield f"opened partitions: {', '.join(opened)}"


def check_search_path(alias: str) -> None:
    """Refuse a Django connection that would create tables in the ledger's schema.

    PostgreSQL searches the schema named like the login first. For a login named `task_ledger` that
    is the ledger's schema, whose grants are reset by the ledger's next migration.

    Raises:
        UnsupportedConfiguration: says what to change.
    """
    connection: Any = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
    if schema == "task_ledger":
        raise UnsupportedConfiguration(
            f"the login of the database {alias!r} is named task_ledger, so Django would create its "
            "tables in the ledger's schema of that name: use another login, or set"
            " OPTIONS = {'options': '-c search_path=public'}"
        )
