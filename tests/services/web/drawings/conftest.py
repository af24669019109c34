"""The drawings view in a real browser, before the whole system."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, Page

from deploy.embedded import EmbeddedPostgres, EmbeddedValkey
from takeoff.sample import SampleTruth, write_sample
from task_ledger import access
from tests.brokers import KEPT
from tests.servers import fresh_database
from tests.services.api.processes import serving
from tests.services.workers.running import PROJECT, System, running

WAIT_MS = 60_000
_SCREENSHOTS = Path(__file__).parents[4] / "services" / "web" / "screenshots"


@dataclass
class Site:
    """The system with its address."""

    system: System
    url: str

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Nobody works."""
        os.killpg(self.system.processes[-1].pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.system.processes[-1].pid, signal.SIGCONT)

    def sign_in(self) -> str:
        """A fresh one-time link."""
        code = access.create_link(self.system.connection, "ops")
        return f"{self.url}/sign-in?code={code}"

    def drawings(self, project: str = PROJECT, **search: str) -> str:
        """The address of the view."""
        query = "&".join(f"{name}={value}" for name, value in search.items())
        return f"{self.url}/projects/{project}/drawings" + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def site(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    valkey: EmbeddedValkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """Api over HTTP, projector and relay, a worker, and a project."""
    broker_url = valkey.url_of(KEPT["drawings"])
    with redis.Redis.from_url(broker_url) as client:
        client.flushdb()
    folder = tmp_path_factory.mktemp("site")
    with (
        fresh_database(postgres, migrated_template) as database,
        running(database, broker_url, folder) as system,
        serving(
            {
                **os.environ,
                "TASK_LEDGER_DATABASE_URL": system.settings.login_url(),
                "TASK_LEDGER_BROKER_URL": broker_url,
                "TASK_LEDGER_VAR_DIR": str(system.settings.var_dir),
            }
        ) as server,
    ):
        system.start("projector", "services.projector")
        system.start_worker("worker", "celery,ocr", 2)
        yield Site(system, server.url)


@pytest.fixture
def page(site: Site, browser: Browser) -> Iterator[Page]:
    """A page of 1280 px, signed in; an error in its console fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(site.sign_in())
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleTruth]:
    """A drawing set of two sheets, A-101 and S-101, and what is on it."""
    path = tmp_path_factory.mktemp("sample") / "sample.pdf"
    return path, write_sample(path)


@pytest.fixture(scope="session")
def pages(site: Site, sample: tuple[Path, SampleTruth]) -> list[dict[str, Any]]:
    """The sample's pages, uploaded, split and read."""
    return site.system.processed(sample[0])


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures of the views go, to be looked at; git does not know it."""
    _SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return _SCREENSHOTS
