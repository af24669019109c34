"""The page loads what it needs, where the server is mounted, and only what an installation has."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.services.web.looks import look
from tests.services.web.site import Site
from tests.services.web.switching import switch_project

PREFIX = "/ledger"


@pytest.fixture
def tell_views(page: Page) -> Iterator[Callable[[list[str]], None]]:
    """Makes the session name these views."""

    def tell(views: list[str]) -> None:
        def answer(route: Route) -> None:
            response = route.fetch()
            route.fulfill(response=response, json=response.json() | {"views": views})

        page.route("**/api/v1/session", answer)

    yield tell
    page.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def loaded(page: Page) -> list[str]:
    """The names of the scripts that were asked for."""
    names: list[str] = []
    page.on(
        "request",
        lambda request: (
            names.append(urlsplit(request.url).path.rpartition("/")[2])
            if request.resource_type == "script"
            else None
        ),
    )
    return names


@pytest.fixture
def mounted(site: Site, page: Page) -> Iterator[list[str]]:
    """The server under a prefix, as a host or a reverse proxy mounts it.

    What the page asks for beside the prefix is refused, and is in the list.
    """
    beside: list[str] = []

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if not path.startswith(f"{PREFIX}/"):
            beside.append(path)
            route.abort()
        elif path.endswith("/events/stream"):
            # It would have to end before it could be passed on; the page polls.
            route.abort()
        else:
            response = route.fetch(url=route.request.url.replace(f"{PREFIX}/", "/", 1))
            if "text/html" not in response.headers.get("content-type", ""):
                route.fulfill(response=response)
                return
            html = re.sub(r"<base [^>]*>", "", response.text())
            html = html.replace("<head>", f'<head><base href="{PREFIX}/">')
            headers = response.headers
            policy = headers["content-security-policy"]
            headers["content-security-policy"] = policy.replace(
                "base-uri 'none'", "base-uri 'self'"
            )
            route.fulfill(response=response, body=html, headers=headers)

    page.route(f"{site.url}/**", serve)
    yield beside
    # What is still asked for when the test has ended is of no interest.
    page.unroute_all(behavior="ignoreErrors")


def test_under_a_prefix_every_view_opens_and_nothing_is_asked_for_beside_it(
    site: Site, page: Page, project: str, mounted: list[str]
) -> None:
    task = site.ledger.finished(project=project, name="Read A-101.pdf")
    site.caught_up()
    root = f"{site.url}{PREFIX}"
    page.goto(f"{root}/projects/{project}/timeline")
    expect(page.locator("[data-seq]").first).to_be_visible()
    page.get_by_role("link", name="Tasks", exact=True).click()
    expect(page).to_have_url(f"{root}/projects/{project}")
    page.locator(f'[data-task="{task.id}"]').get_by_role("link").click()
    expect(page).to_have_url(f"{root}/tasks/{task.id}")
    expect(page.get_by_role("heading", name="Read A-101.pdf")).to_be_visible()
    export = page.get_by_role("link", name="Export NDJSON").get_attribute("href")
    assert export is not None
    assert export.startswith(f"{root}/api/v1/projects/{project}/")
    signs_out = page.locator("form[method=post]").get_attribute("action")
    assert signs_out == f"{root}/sign-out"
    page.goto(f"{root}/projects/{project}/drawings")
    expect(page.get_by_role("heading", name="Drawings")).to_be_visible()
    switch_project(page, None)
    page.get_by_role("searchbox", name="Search projects").fill(project)
    expect(page.locator(f"main a[href='{PREFIX}/projects/{project}']")).to_be_visible()
    expect(page).to_have_url(f"{root}/?search={project}")
    assert mounted == []


def test_under_a_prefix_the_keyboard_still_skips_to_the_content(
    site: Site, page: Page, project: str, mounted: list[str]
) -> None:
    page.goto(f"{site.url}{PREFIX}/projects/{project}")
    expect(page.get_by_text("No tasks yet")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    expect(page).to_have_url(f"{site.url}{PREFIX}/projects/{project}")
    assert mounted == []


def test_an_installation_without_drawings_neither_shows_nor_loads_them(
    site: Site,
    page: Page,
    project: str,
    loaded: list[str],
    tell_views: Callable[[list[str]], None],
) -> None:
    tell_views([])
    page.goto(f"{site.url}/projects/{project}")
    expect(page.get_by_text("No tasks yet")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert page.get_by_role("navigation").get_by_role("link").all_inner_texts()[1:] == [
        "Tasks",
        "Failures",
        "Charts",
        "Timeline",
        "Projects",
        "Queues",
        "Workers",
        "Schedules",
        "Notifications",
        "Tokens",
    ]
    expect(page.get_by_role("link", name="Upload drawings")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    expect(page.get_by_text("go to drawings")).to_have_count(0)
    page.keyboard.press("Escape")
    page.goto(f"{site.url}/projects/{project}/drawings")
    expect(page.get_by_text("This installation has no drawings")).to_be_visible()
    look(page, "no-drawings-here")
    # The other views are loaded ahead, when there is time.
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(e => /TaskView/.test(e.name))"
    )
    assert [name for name in loaded if "Drawings" in name] == []


def test_an_installation_with_drawings_has_their_tab_and_loads_them(
    site: Site,
    page: Page,
    project: str,
    loaded: list[str],
    tell_views: Callable[[list[str]], None],
) -> None:
    tell_views(["drawings"])
    page.goto(f"{site.url}/projects/{project}")
    page.get_by_role("link", name="Drawings", exact=True).click()
    expect(page.get_by_text("No drawings yet")).to_be_visible()
    assert any("Drawings" in name for name in loaded)


def test_an_address_of_no_view_says_so(site: Site, page: Page, project: str) -> None:
    page.goto(f"{site.url}/projects/{project}/nonsense")
    expect(page.get_by_text("Page not found")).to_be_visible()


def test_a_view_whose_code_cannot_be_reached_comes_by_itself(
    site: Site, page: Page, project: str
) -> None:
    task = site.ledger.finished(project=project, name="late")

    def cut(route: Route) -> None:
        route.abort()

    page.goto(f"{site.url}/")
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    page.route("**/assets/TaskView*", cut)
    page.reload()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    page.route(f"{site.url}/", cut)
    _open(page, str(task.id))
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    page.unroute(f"{site.url}/")
    page.unroute("**/assets/TaskView*")
    expect(page.get_by_role("heading", name="late")).to_be_visible()


def test_a_page_that_was_replaced_by_a_release_asks_to_be_loaded_again(
    site: Site, page: Page, project: str
) -> None:
    task = site.ledger.finished(project=project, name="newer")
    documents: list[str] = []
    page.on(
        "request",
        lambda request: documents.append(request.url) if request.is_navigation_request() else None,
    )

    def gone_until_reloaded(route: Route) -> None:
        if len(documents) > 1:
            route.continue_()
        else:
            route.fulfill(status=404, body="{}", content_type="application/json")

    page.route("**/assets/TaskView*", gone_until_reloaded)
    page.goto(f"{site.url}/")
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    _open(page, str(task.id))
    expect(page.get_by_text("A new version is available")).to_be_visible()
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("heading", name="newer")).to_be_visible()


def _open(page: Page, task_id: str) -> None:
    """Paste an id where nothing is typed."""
    page.evaluate(
        """id => {
          const pasted = new DataTransfer();
          pasted.setData("text/plain", id);
          document.body.dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: pasted, bubbles: true}));
        }""",
        task_id,
    )
