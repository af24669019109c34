"""Settings of a Django project that keep the ledger out of its database."""

import sys
from collections.abc import Iterator
from typing import Any

from task_ledger.cli.adoption.application import Application
from task_ledger.cli.adoption.finding import Effect, Finding, shown_path
from task_ledger.cli.adoption.settings import place_of


def of_django(found: Application) -> Iterator[Finding]:
    """Check the database that would hold the ledger; nothing if the application is not Django's."""
    settings: Any = getattr(sys.modules.get("django.conf"), "settings", None)
    if settings is None or not settings.configured:
        return
    told: Any = getattr(settings, "TASK_LEDGER", None) or {}
    alias = str(told.get("DATABASE", "default"))
    engine = str(settings.DATABASES.get(alias, {}).get("ENGINE", "none"))
    # `postgresql` and `postgis`, including packages that extend these.
    if engine.rpartition(".")[2].startswith("postg"):
        return
    file, line = place_of(found, "DATABASES")
    yield Finding(
        shown_path(file), line, "DATABASES", Effect.REFUSED,
        f"the database {alias!r} is {engine}, but the ledger needs PostgreSQL",
        "Use PostgreSQL here, as in production; this applies to test settings too.",
    )  # fmt: skip
