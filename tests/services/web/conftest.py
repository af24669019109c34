"""The page in a real browser, on the real system: worker, projector, relay and api."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any, Final
from zlib import crc32

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from task_ledger import access
from task_ledger.local.embedded import EmbeddedPostgres
from tests.brokers import Brokers
from tests.services.api.processes import serving
from tests.services.web.proxy import Proxy
from tests.services.web.site import REPOSITORY, SMALL_TASKS, Site, sign_in
from tests.services.workers.running import running
from tests.task_ledger.celery.conftest import open_stack

FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The installed browser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium on this machine; Debian's package is chromium")
    return path


@pytest.fixture(scope="session")
def built() -> None:
    """The page as its sources are now."""
    done = subprocess.run(
        ["make", "page"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="package")
def site(
    built: None,
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The system, with one api behind a proxy that a test may cut.

    Two workers share it: the takeoff's own, and one of small tasks for tests, in another queue.
    """
    folder = tmp_path_factory.mktemp("site")
    with (
        open_stack(postgres, migrated_template, brokers.space(13), folder) as stack,
        running(stack.database, stack.broker.url, folder, projector=False) as system,
    ):
        system.environment["TASK_LEDGER_TRACE_URL"] = "https://traces.example/?id={trace_id}"
        stack.start("projector", "task_ledger.projector")
        system.start_worker("takeoff", "celery,ocr", 2)
        stack.start_worker("small", "-Q", SMALL_TASKS, "-c", "1")
        with (
            serving(system.environment) as server,
            Proxy(server.port) as proxy,
            psycopg.connect(stack.database.url_for("owner"), autocommit=True) as owner,
            psycopg.connect(stack.database.url_for("worker"), autocommit=True) as worker,
        ):
            token = access.create(owner, "tester", "admin")
            headers = {"Authorization": f"Bearer {token}"}
            with server.client(headers) as client:
                yield Site(stack, system, server, proxy, owner, worker, client)


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for this folder; each test has a profile of its own.

    Not for longer: while Playwright runs, its event loop does, and no other test of the process
    could run one.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def signed_in(site: Site, browser: Browser) -> Any:
    """What a browser keeps after it has opened a one-time link."""
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, site, "tester")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def open_page(browser: Browser, signed_in: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page of its own profile: `open_page(width=…, color_scheme=…)`.

    An error that nobody caught in one of them fails the test.
    """
    opened: list[Page] = []
    errors: list[str] = []

    def make(width: int = 1280, height: int = 800, signed: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            storage_state=signed_in if signed else None,
            **options,
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        opened.append(page)
        return page

    yield make
    for page in opened:
        page.context.close()
    assert errors == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page that is signed in."""
    return open_page()


@pytest.fixture
def viewer(site: Site, open_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """A page of somebody who may look at everything, and do nothing."""
    name = f"viewer {request.node.name[:60]}"
    access.create(site.owner, name, "viewer")
    page = open_page(signed=False)
    sign_in(page, site, name)
    return page


@pytest.fixture
def project(site: Site, request: pytest.FixtureRequest) -> str:
    """A project of the test's own. Its name has no words that labels of the page have, too."""
    return site.make_project(f"Site {crc32(request.node.name.encode()):08x}")
