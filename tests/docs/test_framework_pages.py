"""The code on the pages for FastAPI, Flask and plain scripts runs, with real workers."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.local.embedded import EmbeddedPostgres
from tests.brokers import Brokers
from tests.docs.test_links import REPOSITORY
from tests.task_ledger.celery.conftest import Stack, open_stack

TABLES = """
CREATE TABLE shop_order (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cents integer NOT NULL, invoice text,
    month text, closed boolean NOT NULL DEFAULT false);
CREATE TABLE invoice (order_id integer PRIMARY KEY, cents integer);
GRANT SELECT, INSERT, UPDATE ON shop_order, invoice TO task_ledger_api, task_ledger_worker;
"""
HEADED = re.compile(r"^```python\n# (\w+)\.py\n(.*?)^```$", re.MULTILINE | re.DOTALL)

STATEMENTS = """
from tasks import app


@app.task(name="tasks.write_statement", task_type="statement")
def write_statement(self, month):
    return f"statement of {month}"
"""
"""What the workers have of the task that a script names: the page shows the script alone."""


NAMES = ("tasks", "web", "shop", "make_celery")
"""The modules that this process imports, too."""


class Shop(Stack):
    """A stack whose workers and routes run the code of a page, in a folder of its own."""

    def write(self, page: str, *names: str) -> None:
        """Write the files that the page shows, which are these, into the folder."""
        text = (REPOSITORY / "docs" / "how-to" / page).read_text(encoding="utf-8")
        files = dict(HEADED.findall(text))
        assert list(files) == list(names), page
        for name, code in files.items():
            (self.folder / f"{name}.py").write_text(code)
        invalidate_caches()

    def work(self, module: str) -> None:
        """Start a projector and a worker as the page says, within the folder."""
        self.start("projector", "task_ledger.projector")
        with (self.folder / "worker.log").open("ab") as log:
            self.processes["worker"] = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", module, "worker", "--pool", "solo",
                 "--without-gossip", "--without-mingle", "-l", "INFO"],
                cwd=self.folder, env=self.environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def orders(self) -> int:
        """How many orders were committed."""
        row = self.connection.execute("SELECT count(*) FROM shop_order").fetchone()
        return row[0] if row else -1

    def registered(self) -> int:
        """How many tasks were registered."""
        row = self.connection.execute(
            "SELECT count(*) FROM task_ledger.task_event WHERE type = 'registered'"
        ).fetchone()
        return row[0] if row else -1


@contextmanager
def open_shop(
    postgres: EmbeddedPostgres, template: str, brokers: Brokers, folder: Path, number: int
) -> Iterator[Shop]:
    with open_stack(postgres, template, brokers.space(number), folder) as stack:
        stack.connection.execute(TABLES.encode())
        environment = stack.environment | {
            "SHOP_DATABASE_URL": sqlalchemy_url(stack.database.url),
            "TASK_LEDGER_BROKER_URL": stack.broker.url,
            "PYTHONPATH": os.pathsep.join((str(folder), str(REPOSITORY))),
        }
        shop = Shop(stack.database, stack.broker, environment, folder, stack.sender)
        try:
            yield shop
        finally:
            shop.close()


@pytest.fixture
def shop(
    postgres: EmbeddedPostgres, migrated_template: str,
    brokers: Brokers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Shop]:  # fmt: skip
    """A shop whose modules this process can import too, and forgets."""
    with open_shop(postgres, migrated_template, brokers, tmp_path, 9) as shop:
        monkeypatch.syspath_prepend(tmp_path)
        for name in ("SHOP_DATABASE_URL", "TASK_LEDGER_BROKER_URL"):
            monkeypatch.setenv(name, shop.environment[name])
        for name in NAMES:
            # Another test may have imported an example's module of the same name.
            monkeypatch.delitem(sys.modules, name, raising=False)
        before = set(sys.modules)
        yield shop
        for name in set(sys.modules) - before:
            if getattr(sys.modules[name], "__file__", None) == str(tmp_path / f"{name}.py"):
                del sys.modules[name]


def test_fastapi_commits_order_and_task_together_and_a_worker_writes_the_invoice(
    shop: Shop,
) -> None:
    shop.write("fastapi.md", "tasks", "web")
    shop.work("tasks")
    web: Any = import_module("web")
    with TestClient(web.web) as client:
        refused = client.post("/orders?cents=-1", headers={"X-User": "jane"})
        assert refused.status_code == 422
        assert (shop.orders(), shop.registered()) == (0, 0)
        placed = client.post("/orders?cents=1250", headers={"X-User": "jane"})
        assert placed.status_code == 202
        client.portal.call(web.engine.dispose)  # pyright: ignore[reportOptionalMemberAccess]
    task = shop.ended(UUID(placed.json()["task_id"]))
    assert (task.status, task.task_name) == ("SUCCESS", "Invoice")
    assert shop.events(task.task_id)[0].actor == "jane"
    assert shop.connection.execute("TABLE invoice").fetchall() == [(task.result, 1250)]


def test_flask_runs_bodies_in_its_context_and_commits_its_session_with_the_task(
    shop: Shop,
) -> None:
    shop.write("flask.md", "shop", "make_celery")
    shop.work("make_celery")
    page: Any = import_module("shop")
    flask = page.create_app()
    client = flask.test_client()
    assert client.post("/orders", data={"cents": "many"}).status_code == 500
    assert (shop.orders(), shop.registered()) == (0, 0)
    placed = client.post("/orders", data={"cents": "1250"})
    assert placed.status_code == 202
    task = shop.ended(UUID(placed.json["task_id"]))
    assert (task.status, task.result) == ("SUCCESS", "2026-1")
    assert shop.connection.execute("SELECT invoice FROM shop_order").fetchall() == [("2026-1",)]
    with flask.app_context():
        assert page.write_invoice(1) == "2026-1"
        page.db.session.remove()
        page.db.engine.dispose()


def test_a_script_enqueues_by_name_and_another_waits_for_the_end(shop: Shop) -> None:
    shop.write("scripts.md", "close_month", "once", "wait")
    fastapi = dict(HEADED.findall((REPOSITORY / "docs/how-to/fastapi.md").read_text()))
    (shop.folder / "tasks.py").write_text(fastapi["tasks"])
    (shop.folder / "statements.py").write_text(STATEMENTS)
    shop.work("statements")
    shop.connection.execute("INSERT INTO shop_order (cents, month) VALUES (1250, '2026-10')")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=shop.folder, capture_output=True, text=True,
            env=shop.environment | {"SHOP_DATABASE_URL": shop.database.url}, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stderr}\n{shop.logs()}"
        return done.stdout.strip()

    task_id = run("close_month.py", "2026-10")
    assert run("wait.py", task_id) == "statement of 2026-10"
    assert shop.connection.execute("SELECT closed FROM shop_order").fetchall() == [(True,)]

    once: Any = import_module("once")
    signature = import_module("close_month").Signature("tasks.write_statement", args=("x",))
    with psycopg.connect(shop.database.url_for("api")) as connection:
        assert not once.enqueue_once(connection, signature, UUID(task_id))
        assert connection.info.transaction_status.name == "INTRANS"
