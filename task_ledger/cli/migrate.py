"""`task-ledger migrate`: bring the database's schemas up to date."""

from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import checked
from task_ledger.cli.discovery import plugins
from task_ledger.cli.options import Json
from task_ledger.cli.printing import print_json, print_line
from task_ledger.plugin import schemas_of


def migrate(json: Json = False) -> None:
    """Migrate the database to this release, and open the log's partitions for the coming months.

    Migrates the ledger's schema and those of the plug-ins. Needs TASK_LEDGER_DATABASE_URL. Safe to
    repeat, and to run while services are running.
    """
    # Alembic takes most of a second to import; other commands do not need it.
    from task_ledger.ops.migrate import ledger_schema, pending, upgrade

    schemas = schemas_of(plugins())
    told = settings()
    url = checked(told.login_url())
    before = {each.schema: pending(url, each) for each in (ledger_schema(), *schemas)}
    opened = upgrade(url, schemas, told.role_prefix)
    if json:
        print_json({"applied": before, "opened": opened})
        return
    for schema, revisions in before.items():
        done = f"applied {', '.join(revisions)}" if revisions else "was at the newest revision"
        print_line(f"{schema}: {done}")
    if opened:
        print_line(f"opened partitions: {', '.join(opened)}")
