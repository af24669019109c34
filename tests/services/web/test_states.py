"""What is shown when something is not as it should be, each brought about for real."""

import os
import signal
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from task_ledger import access
from tests.services.api.processes import serving
from tests.services.web.looks import look
from tests.services.web.site import Site, sign_in


def _some(site: Site, project: str) -> None:
    for n in range(3):
        site.ledger.finished(project=project, name=f"Read page {n + 1} of A-101.pdf")
    site.caught_up()


def test_nothing_here_yet_says_what_to_do(site: Site, page: Page, project: str) -> None:
    page.goto(f"{site.url}/projects/{project}")
    expect(page.get_by_text("No tasks yet")).to_be_visible()
    expect(page.get_by_role("link", name="Upload drawings")).to_be_visible()
    look(page, "state-empty")


def test_what_is_still_awaited_has_its_shape(site: Site, page: Page, project: str) -> None:
    page.goto(f"{site.url}/?search={project}")
    link = page.locator(f"main a[href='/projects/{project}']")
    expect(link).to_be_visible()
    os.kill(site.server.process.pid, signal.SIGSTOP)
    try:
        link.click()
        expect(page.get_by_role("status", name="Loading")).to_be_visible()
        look(page, "state-loading")
    finally:
        os.kill(site.server.process.pid, signal.SIGCONT)
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def test_a_server_that_is_gone_is_told_and_the_page_comes_back_by_itself(
    site: Site, page: Page, project: str
) -> None:
    _some(site, project)
    page.goto(f"{site.url}/projects/{project}/drawings")
    expect(page.get_by_role("heading", name="Drawings")).to_be_visible()
    site.proxy.cut()
    try:
        page.get_by_role("link", name="Tasks", exact=True).click()
        expect(page.get_by_text("The server cannot be reached").first).to_be_visible()
        expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "lost")
        look(page, "state-error")
    finally:
        site.proxy.mend()
    expect(page.locator("[data-task]")).to_have_count(3)


def test_a_page_that_does_not_yet_know_who_asks_comes_by_itself_too(
    site: Site, page: Page, project: str
) -> None:
    _some(site, project)

    def cut(route: Any) -> None:
        route.abort()

    page.route("**/api/v1/session", cut)
    page.goto(f"{site.url}/projects/{project}")
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    expect(page.locator("[data-task]")).to_have_count(0)
    page.unroute("**/api/v1/session")
    expect(page.locator("[data-task]")).to_have_count(3)


def test_a_browser_that_believes_that_it_is_offline_asks_all_the_same(
    site: Site, page: Page, project: str
) -> None:
    _some(site, project)
    page.goto(f"{site.url}/?search={project}")
    expect(page.locator(f"main a[href='/projects/{project}']")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.locator(f"main a[href='/projects/{project}']").click()
    expect(page.locator("[data-task]")).to_have_count(3)


def test_a_server_that_is_killed_and_started_again_is_found_again(
    site: Site, page: Page, project: str
) -> None:
    _some(site, project)
    with serving(site.system.environment) as server:
        page.goto(f"{server.url}/projects/{project}")
        expect(page.locator("[data-task]")).to_have_count(3)
        state = page.locator("[data-connection]")
        expect(state).to_have_attribute("data-connection", "live")
        server.process.kill()
        server.process.wait()
        expect(state).to_have_attribute("data-connection", "lost")
        expect(page.locator("[data-task]")).to_have_count(3)
        page.get_by_role("link", name="Timeline", exact=True).click()
        expect(page.get_by_text("The server cannot be reached")).to_be_visible()
        look(page, "state-killed")
        site.ledger.finished(project=project, name="meanwhile")
        site.caught_up()
        with serving(site.system.environment, port=server.port):
            expect(state).to_have_attribute("data-connection", "live")
            expect(page.locator("[data-seq]").first).to_be_visible()
            expect(page.get_by_role("link", name="meanwhile").first).to_be_visible()
            page.get_by_role("link", name="Drawings", exact=True).click()
            expect(page.get_by_text("No drawings yet")).to_be_visible()
            # A server that is asked to stop waits for those that listen to it.
            page.goto("about:blank")


def test_a_list_whose_server_went_away_keeps_what_it_knew_with_its_age(
    site: Site, page: Page, project: str
) -> None:
    _some(site, project)
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(3)
    state = page.locator("[data-connection]")
    expect(state).to_have_attribute("data-connection", "live")
    site.proxy.cut()
    try:
        expect(state).to_have_attribute("data-connection", "lost")
        expect(page.locator("[data-stale]")).to_be_visible()
        expect(page.locator("[data-task]")).to_have_count(3)
        look(page, "state-disconnected")
    finally:
        site.proxy.mend()
    expect(state).to_have_attribute("data-connection", "live")
    expect(page.locator("[data-stale]")).to_have_count(0)


def test_where_the_stream_is_refused_the_page_says_that_it_polls(
    site: Site, page: Page, project: str
) -> None:
    def refuse(route: Any) -> None:
        route.abort()

    _some(site, project)
    page.route("**/events/stream**", refuse)
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "polling")
    expect(page.locator("[data-task]")).to_have_count(3)
    look(page, "state-polling")


def test_a_list_behind_the_log_says_by_how_much(site: Site, page: Page, project: str) -> None:
    _some(site, project)
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(3)
    site.stack.stop("projector")
    try:
        site.ledger.register(project=project, name="not in the list yet")
        expect(page.locator("[data-lagging]")).to_contain_text("behind the log")
        look(page, "state-lagging")
    finally:
        site.stack.start("projector", "task_ledger.projector")
    expect(page.locator("[data-lagging]")).to_have_count(0)
    expect(page.locator("[data-fresh]")).to_have_text("1 new")


def test_what_a_token_does_not_reach_is_not_there(
    site: Site, open_page: Callable[..., Page], project: str
) -> None:
    name = f"elsewhere {project}"
    access.create(site.owner, name, "viewer", [site.make_project("another")])
    page = open_page(signed=False)
    sign_in(page, site, name)
    page.goto(f"{site.url}/projects/{project}")
    expect(page.get_by_text("Not found")).to_be_visible()
    expect(page.get_by_text("no access to it")).to_be_visible()
    look(page, "state-forbidden")


def test_a_token_for_a_project_that_nobody_has_made_is_told_that_it_has_no_tasks_yet(
    site: Site, open_page: Callable[..., Page], project: str
) -> None:
    name = f"too early {project}"
    access.create(site.owner, name, "viewer", ["not-yet-made"])
    page = open_page(signed=False)
    sign_in(page, site, name)
    expect(page.get_by_text("no tasks yet")).to_be_visible()
    page.get_by_role("link", name="not-yet-made").click()
    expect(page.get_by_text("No tasks yet")).to_be_visible()
