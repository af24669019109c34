"""`task-ledger up`: everything on this machine, until Ctrl-C."""

from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.api_client import ApiClient
from services.cli.demonstration import TASK_TYPES, Demonstration
from services.cli.exits import UNREACHABLE, WRONG, CommandFailed
from services.cli.logins import with_logins
from services.cli.machine_token import api_address, machine_token, sign_in_address
from services.cli.printing import print_line, say
from services.cli.sample import PROJECT, has_sample, upload_sample, wait_until_it_moves
from services.cli.surroundings import (
    checked,
    environment_file,
    keep_environment,
    settings_from_environment,
)
from task_ledger.ops.settings import Settings

if TYPE_CHECKING:
    from deploy.stack import Process


def up(
    host: Annotated[str | None, typer.Option(help="Where the api listens; or HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Its port; or PORT.")] = None,
    sample: Annotated[bool, typer.Option(help="Upload the sample drawing the first time.")] = True,
) -> None:
    """Start everything on this machine and stop it again on Ctrl-C.

    PostgreSQL and Valkey are started where TASK_LEDGER_DATABASE_URL and TASK_LEDGER_BROKER_URL
    do not name any. Data, logs and the machine's token are kept in TASK_LEDGER_VAR_DIR.
    """
    from deploy.embedded import EmbeddedServerError
    from deploy.stack import OnReadyFailed, StackError
    from deploy.stack import up as start

    told = settings_from_environment()
    given = {"host": host, "port": port}
    told = told.model_copy(update={name: value for name, value in given.items() if value})
    installation = Installation(embedded=told.database_url is None, sample=sample)
    try:
        start(
            told,
            migrate=installation.prepare,
            processes=installation.processes,
            on_ready=installation.welcome,
        )
    except OnReadyFailed as error:
        raise CommandFailed(str(error)) from error
    except (EmbeddedServerError, StackError) as error:
        status = UNREACHABLE if isinstance(error, EmbeddedServerError) else WRONG
        raise CommandFailed(str(error), status) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(130) from error
    finally:
        installation.forget()


class Installation:
    """What `up` does between the start of the servers and the first task.

    Args:
        embedded: the database is this machine's own, so logins may be made on it.
        sample: upload the sample drawing the first time.
    """

    def __init__(self, *, embedded: bool, sample: bool) -> None:
        self._embedded = embedded
        self._sample = sample
        self._settings: Settings | None = None
        self._token = ""

    def prepare(self, settings: Settings) -> None:
        """Bring the database up to date, and leave this and the token for other commands."""
        from deploy.stack import environment
        from task_ledger.ops.migrate import upgrade

        upgrade(checked(settings.login_url()), ("ledger", "takeoff"))
        if self._embedded:
            settings = with_logins(settings)
        self._token = machine_token(settings)
        keep_environment(settings.var_dir, environment(settings))
        self._settings = settings

    def processes(self, settings: Settings) -> list["Process"]:
        """What runs: each process with the login of its own role."""
        from deploy.stack import ledger_processes

        return ledger_processes(self._settings or settings)

    def welcome(self, settings: Settings) -> None:
        """Upload the sample if this is the first time, say where the page is, and run every kind
        of task on the sample."""
        settings = self._settings or settings
        api = ApiClient(api_address(settings), self._token)
        uploaded: tuple[str, str] | None = None
        if self._sample and not has_sample(settings):
            uploaded = upload_sample(api, settings.var_dir)
            task = wait_until_it_moves(api, uploaded[1])
            print_line(f"The sample drawing's task is {task['status']} in project {PROJECT}.")
        print_line(f"Task Ledger is at {api_address(settings)}. Ctrl-C stops it.")
        print_line(f"Sign in once, within an hour: {sign_in_address(settings)}", "bold")
        if uploaded is not None:
            _demonstrate(api, uploaded)

    def forget(self) -> None:
        """Remove what was left for other commands; the servers are gone."""
        if self._settings is not None:
            environment_file(self._settings.var_dir).unlink(missing_ok=True)


def _demonstrate(api: ApiClient, uploaded: tuple[str, str]) -> None:
    # What goes wrong here is told; the installation is as good without it.
    demonstration = Demonstration(api, PROJECT, pages=4, show=lambda _: None)
    try:
        demonstration.work_on([uploaded])
    except CommandFailed as error:
        say(f"The sample project is not complete: {error}")
        return
    for problem in demonstration.problems:
        say(f"The sample project is not complete: {problem}")
    if not demonstration.problems:
        print_line(f"All {len(TASK_TYPES)} kinds of task have run in project {PROJECT}.")
