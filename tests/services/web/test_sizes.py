"""A thousand projects, and a project with many tasks: what a page reads and draws of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Final

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bench.load.fill import fill
from task_ledger import access
from task_ledger.local.embedded import EmbeddedPostgres
from tests.servers import fresh_database
from tests.services.web.frames import Frames, assert_smooth, traced
from tests.services.web.site import Site
from tests.task_ledger.server.processes import serving

PROJECTS: Final = 1000
TASKS: Final = 100_000
"""Of one project, of four events each."""

_NAMED: Final = """
INSERT INTO task_ledger.project (project_id, name)
SELECT 'building-' || i, 'Building ' || i FROM generate_series(1, 6000) AS i"""
"""More projects than one response looks at, before the others."""

FIRST_ROWS_S: Final = 5.0
"""Well above what a busy machine takes: a page that reads everything takes longer."""


@contextmanager
def _filled(
    site: Site, postgres: EmbeddedPostgres, template: str, projects: int, tasks: int
) -> Iterator[tuple[str, str]]:
    """An api on a filled database: its address, and that of a link that signs in."""
    with fresh_database(postgres, template) as database:
        with psycopg.connect(database.url_for("owner"), autocommit=True) as owner:
            fill(owner, projects=projects, tasks=tasks, months=12, now=datetime.now(UTC))
            owner.execute(_NAMED)
            access.create(owner, "looker", "admin")
            code = access.create_link(owner, "looker")
        environment = site.system.environment | {
            "TASK_LEDGER_DATABASE_URL": database.url,
            "TASK_LEDGER_API_DATABASE_URL": database.url_for("api"),
        }
        with serving(environment) as server:
            url = f"http://127.0.0.1:{server.port}"
            yield url, f"{url}/sign-in?code={code}"


@pytest.fixture
def visitor(open_page: Callable[..., Page]) -> Page:
    return open_page(signed=False)


def _signed_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("main")).to_be_visible()


def _first_rows(page: Page, url: str, rows: Locator) -> None:
    began = monotonic()
    page.goto(url, wait_until="commit")
    expect(rows.first).to_be_visible()
    took = monotonic() - began
    print(f"first rows of {url.rsplit('/', 1)[1] or 'projects'} after {took * 1000:.0f} ms")
    assert took < FIRST_ROWS_S


def _scrolled(browser: Browser, page: Page, scroller: Locator) -> Frames:
    with traced(browser, page) as frames:
        for _ in range(20):
            scroller.evaluate("e => { e.scrollTop += 450; }")
            page.wait_for_timeout(50)
    return frames


def test_a_thousand_projects(
    site: Site,
    postgres: EmbeddedPostgres,
    migrated_template: str,
    browser: Browser,
    visitor: Page,
) -> None:
    with _filled(site, postgres, migrated_template, PROJECTS, 1) as (url, link):
        page = visitor
        _signed_in(page, link)
        _first_rows(page, f"{url}/", page.locator("main [data-project]"))
        assert page.locator("main [data-project]").count() <= 100
        page.get_by_label("Search projects").fill("project-77")
        rows = page.locator("main [data-project]")
        expect(rows).to_have_count(11)
        page.goto(f"{url}/tasks")
        expect(page.locator("[data-task]").first).to_be_visible()
        page.get_by_role("button", name="Project: All projects").click()
        picker = page.get_by_role("dialog", name="Switch project")
        picker.get_by_role("combobox").fill("project-1000")
        expect(picker.get_by_role("option").first).to_have_text("project-1000")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{url}/projects/project-1000")
        expect(page.locator("[data-task]")).to_have_count(1)


def test_a_project_of_many_tasks(
    site: Site,
    postgres: EmbeddedPostgres,
    migrated_template: str,
    browser: Browser,
    visitor: Page,
) -> None:
    with _filled(site, postgres, migrated_template, 1, TASKS) as (url, link):
        page = visitor
        _signed_in(page, link)
        project = f"{url}/projects/project-1"
        tasks = page.locator("[data-task]")
        _first_rows(page, project, tasks)
        assert_smooth(page, lambda: _scrolled(browser, page, page.locator("[data-scroller]")))
        assert tasks.count() < 100
        _first_rows(page, f"{project}?status=FAILURE&query=step:read", tasks)
        _first_rows(page, f"{project}?at=2026-06-01T00:00:00.000Z", tasks)
        _first_rows(page, f"{project}?trees=1", tasks)
        _first_rows(page, f"{project}/timeline", page.locator("[data-seq]"))
