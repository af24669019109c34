"""The Django example works before and after; after, its workers may be killed at any time."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg
import pytest

from tests.examples.changes import changes
from tests.examples.django_proof import CHECKS, environment_of, prove
from tests.examples.test_existing_app import Scaler
from tests.examples.test_quickstart import EXAMPLE, Terminal, free_port, post
from tests.servers import Database

FOLDER = EXAMPLE.parent / "django_app"
GUIDE = (Path(__file__).parents[2] / "docs" / "how-to" / "django.md").read_text(encoding="utf-8")
COMPARED = ("django_app", ("celery.py", "tasks.py", "views.py"), "shop")


def test_adopting_changes_a_dozen_lines() -> None:
    assert sum(line.startswith("+") for line in changes(*COMPARED)) <= 12


def test_the_guide_shows_the_changes() -> None:
    (shown,) = re.findall(r"^```diff\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert shown.splitlines() == changes(*COMPARED)


@pytest.fixture
def scaler() -> Iterator[Scaler]:
    with closing(Scaler()) as scaler:
        yield scaler


def test_before_it_charges_orders(
    empty_database: Database, broker_url: str, scaler: Scaler, tmp_path: Path
) -> None:
    environment = environment_of(empty_database.url, broker_url, scaler.url) | {
        "DJANGO_SETTINGS_MODULE": "examples.django_app.before.settings",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with closing(Terminal(environment, tmp_path)) as terminal:
        terminal.run("python examples/django_app/manage.py migrate")
        terminal.start("celery -A examples.django_app.before worker -c 1 -l INFO")
        port = free_port()
        terminal.start(f"python examples/django_app/manage.py runserver --noreload {port}")
        address = f"http://127.0.0.1:{port}/orders?number=flaky"
        assert terminal.until(partial(post, address), "the web server") == {"order": 1}

        def charged() -> int | None:
            with psycopg.connect(empty_database.superuser_url) as connection:
                row = connection.execute("SELECT count(*) FROM shop_payment").fetchone()
            return row[0] if row and row[0] else None

        assert terminal.until(charged, "the payment") == 1


def test_after_every_order_is_charged_once_while_workers_are_killed(
    empty_database: Database, broker_url: str, tmp_path: Path
) -> None:
    found = prove(
        empty_database.url, empty_database.superuser_url, broker_url,
        tasks=40, seed=1, folder=tmp_path, between=3, limit_s=120,
    )  # fmt: skip
    assert {name: found[name] for name in CHECKS} == dict.fromkeys(CHECKS, 0)
    assert found["kills"] >= 5
    assert found["attempts"] > 40


def test_its_command_serves_the_api(
    empty_database: Database, broker_url: str, tmp_path: Path
) -> None:
    environment = environment_of(empty_database.url, broker_url, "http://127.0.0.1:9") | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with closing(Terminal(environment, tmp_path)) as terminal:
        terminal.run("python examples/django_app/manage.py ledger_migrate")
        port = free_port()
        terminal.start(f"python examples/django_app/manage.py ledger_api --port {port}")

        def served() -> int | None:
            try:
                with urlopen(f"http://127.0.0.1:{port}/api/v1/projects") as answer:
                    return answer.status
            except HTTPError as error:
                return error.code
            except URLError:
                return None

        assert terminal.until(served, "the api") == 401
