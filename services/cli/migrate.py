"""`task-ledger migrate`: bring the database's schemas up to date."""

from typing import Annotated

import typer

from services.cli.options import Json
from services.cli.printing import print_json, print_line
from services.cli.surroundings import checked, settings


def migrate(
    ledger_only: Annotated[
        bool, typer.Option("--ledger-only", help="Leave the takeoff sample's schema out.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring the database up to date, and open the log's partitions for the months to come.

    Needs TASK_LEDGER_DATABASE_URL. Safe to run again, and while services run.
    """
    # Alembic takes most of a second to import, which the other commands are spared.
    from task_ledger.ops.migrate import pending, upgrade

    schemas = ("ledger",) if ledger_only else ("ledger", "takeoff")
    url = checked(settings().login_url())
    before = {schema: pending(url, schema) for schema in schemas}
    upgrade(url, schemas)
    if json:
        print_json({"applied": before})
        return
    for schema, revisions in before.items():
        done = f"applied {', '.join(revisions)}" if revisions else "was up to date"
        print_line(f"{schema}: {done}")
