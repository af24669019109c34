"""`task-ledger up`: everything on this machine, until Ctrl-C."""

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from task_ledger.cli.configuration import settings_from_environment, variables_of
from task_ledger.cli.connection import checked
from task_ledger.cli.discovery import environment_file, keep_environment
from task_ledger.cli.exits import UNREACHABLE, WRONG, CommandFailed
from task_ledger.cli.logins import with_logins
from task_ledger.cli.machine_token import api_address, machine_token, sign_in_address
from task_ledger.cli.printing import print_line
from task_ledger.cli.seal_files import log_location
from task_ledger.cli.spawn import check_server, server_arguments
from task_ledger.ops.settings import Settings
from task_ledger.plugin import Plugin, load_plugins, schemas_of

if TYPE_CHECKING:
    from task_ledger.local.stack import Process


def up(
    host: Annotated[
        str | None, typer.Option(help="Address that the API listens on. Default: HOST.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port that the API listens on. Default: PORT."),
    ] = None,
    sample: Annotated[
        bool, typer.Option(help="Let plug-ins create their sample data on the first start.")
    ] = True,
) -> None:
    """Run everything on this machine until Ctrl-C.

    Starts PostgreSQL and Valkey unless TASK_LEDGER_DATABASE_URL and TASK_LEDGER_BROKER_URL are
    set. Keeps data, logs and the machine's token in TASK_LEDGER_VAR_DIR.
    """
    try:
        from task_ledger.local.embedded import EmbeddedServerError
        from task_ledger.local.stack import OnReadyFailed, StackError
        from task_ledger.local.stack import up as start
    except ImportError as error:
        raise CommandFailed(
            f"{error.name} is not installed: install task-ledger[server,embedded]."
        ) from error
    check_server()

    told = settings_from_environment()
    given = {"host": host, "port": port}
    told = told.model_copy(update={name: value for name, value in given.items() if value})
    installation = Installation(
        load_plugins(told.plugins), embedded=told.database_url is None, sample=sample
    )
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
    """The steps of `up` between the start of the servers and the first task.

    Args:
        plugins: the plug-ins of applications.
        embedded: the database is this machine's own, so logins may be created on it.
        sample: let plug-ins set up their sample data.

    Raises:
        InvalidSettings: a plug-in's setting is invalid.
    """

    def __init__(self, plugins: Sequence[Plugin], *, embedded: bool, sample: bool) -> None:
        self._plugins = plugins
        self._variables = variables_of(plugins)
        self._embedded = embedded
        self._sample = sample
        self._settings: Settings | None = None

    def prepare(self, settings: Settings) -> None:
        """Migrate the database, open a sealed log on the first run, and save addresses and token
        for other commands."""
        from task_ledger.local.stack import environment
        from task_ledger.ops.migrate import upgrade
        from task_ledger.sealer.location import open_local_log

        upgrade(checked(settings.login_url()), schemas_of(self._plugins), settings.role_prefix)
        if self._embedded:
            settings = with_logins(settings)
        machine_token(settings)
        open_local_log(log_location(settings))
        keep_environment(settings.var_dir, environment(settings) | self._variables)
        self._settings = settings

    def processes(self, settings: Settings) -> list["Process"]:
        """The processes to run, each with its own role's login."""
        from task_ledger.local.stack import ledger_processes, notifier_process, sealer_process

        settings = self._settings or settings
        added = [each for plugin in self._plugins for each in plugin.processes(settings)]
        return ledger_processes(
            settings,
            server=server_arguments(settings.host, settings.port, settings.trusted_proxies),
            others=[*added, sealer_process(settings), notifier_process(settings)],
        )

    def welcome(self, settings: Settings) -> None:
        """Print the page's address, then call the plug-ins' `welcome`; without plug-ins, print how
        to connect an application to this installation."""
        settings = self._settings or settings
        print_line(f"Task Ledger is at {api_address(settings)}. Ctrl-C stops it.")
        print_line(f"Sign in once, within an hour: {sign_in_address(settings)}", "bold")
        if not self._plugins:
            print_line(next_steps(settings))
        for plugin in self._plugins:
            if self._sample and plugin.welcome is not None:
                plugin.welcome(settings)

    def forget(self) -> None:
        """Remove the saved addresses after the servers have stopped."""
        if self._settings is not None:
            environment_file(self._settings.var_dir).unlink(missing_ok=True)


def next_steps(settings: Settings) -> str:
    """Instructions for recording a Celery application's tasks here, without passwords."""
    file = environment_file(settings.var_dir.absolute())
    return (
        "To record a Celery application's tasks here, start its processes with"
        " TASK_LEDGER_DATABASE_URL and TASK_LEDGER_BROKER_URL set:\n"
        f"  set -a; . {shlex.quote(str(file))}; set +a\n"
        "Then follow docs/adopt.md, or look at what the ledger holds: task-ledger --help"
    )
