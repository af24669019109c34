"""The servers of a run, with production durability (fsync on)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from task_ledger.ops.migrate import upgrade
from task_ledger.ops.settings import Role, with_role


@dataclass(frozen=True)
class Servers:
    """A migrated PostgreSQL and an empty Valkey.

    Attributes:
        folder: temporary folder for files of a group; deleted after the run.
        pid: PostgreSQL's main process, which accumulates the CPU times of ended backends.
    """

    folder: Path
    database_url: str
    superuser_url: str
    broker_url: str
    pid: int

    def url_for(self, role: Role) -> str:
        """Return the database's URL, acting as one of the ledger's group roles."""
        return with_role(self.database_url, f"task_ledger_{role}")


STATEMENTS = {"shared_preload_libraries": "pg_stat_statements"}
"""Settings with which PostgreSQL counts calls and buffers of each statement."""


@contextmanager
def servers(settings: Mapping[str, str] | None = None) -> Iterator[Servers]:
    """Start both servers, migrate, and stop them afterwards.

    Args:
        settings: PostgreSQL settings in addition to its defaults.
    """
    with TemporaryDirectory(prefix="task-ledger-bench-") as name:
        folder = Path(name)
        with (
            EmbeddedPostgres(folder / "postgres", settings=settings) as postgres,
            EmbeddedValkey(folder / "valkey") as valkey,
        ):
            upgrade(postgres.url)
            assert postgres.pid is not None
            yield Servers(
                folder,
                postgres.url,
                postgres.superuser_url(postgres.login),
                valkey.url,
                postgres.pid,
            )
