"""Every view in both themes: readable by everybody, and pictures of them to be looked at."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from task_ledger.model.events import ErrorData, Progress, Retrying
from task_ledger.model.transitions import RetryReason
from tests.services.web.looks import WIDER, look
from tests.services.web.site import Site


@pytest.fixture(scope="module")
def shown(site: Site) -> dict[str, str]:
    """The address of each view, with something of everything to be seen."""
    project = site.make_project("Tower A")
    site.make_project("Tower_A_north_wing_permit_set_revision_7_as_built_for_the_record_2026")
    ledger = site.ledger
    ledger.finished(project=project, name="Process A-101.pdf")
    failed = ledger.register(
        project=project, name="Classify page 1", task_type="page_classification"
    )
    ledger.start(failed)
    ledger.fail(failed, "Sheet S-101 is not calibrated; calibrate it first")
    lost = ledger.register(
        project=project, name="Find the scale of A-201", task_type="scale_detection"
    )
    ledger.start(lost)
    ledger.append(
        lost,
        Retrying(
            reason=RetryReason.WORKER_LOST,
            error=ErrorData(type="WorkerLost", message="the worker died"),
            countdown_s=0,
        ),
        due_at=datetime.now(UTC),
    )
    ledger.start(lost)
    ledger.append(lost, Progress(percent=60, step="Detecting scale", current=3, total=5))
    retrying = ledger.register(
        project=project, name="Read page 3 of A-301.pdf", task_type="ocr_processing"
    )
    ledger.start(retrying)
    ledger.progress(retrying, 40, "Running OCR")
    ledger.retry(retrying, countdown_s=900)
    waiting = ledger.register(
        project=project, name="Compare providers", task_type="provider_comparison"
    )
    cancelled = ledger.register(
        project=project, name="Take off slab on grade", task_type="ai_takeoff"
    )
    site.client.post(f"/api/v1/tasks/{cancelled.id}/cancel", json={"reason": "wrong drawing"})
    assert waiting.id
    site.caught_up()
    return {
        "projects": "/",
        "tasks": f"/projects/{project}",
        "nothing-matches": f"/projects/{project}?query=nonsense",
        "peek": f"/projects/{project}?row={failed.id}&peek=1",
        "timeline": f"/projects/{project}/timeline",
        "no-drawings": f"/projects/{project}/drawings",
        "task": f"/tasks/{retrying.id}",
        "replay": f"/tasks/{lost.id}?version=3",
        "no-such-task": "/tasks/nonsense",
    }


VIEWS = (
    "projects",
    "tasks",
    "peek",
    "nothing-matches",
    "timeline",
    "no-drawings",
    "task",
    "replay",
    "no-such-task",
)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_readable_by_everybody(
    site: Site, page: Page, shown: dict[str, str], name: str
) -> None:
    page.goto(f"{site.url}{shown[name]}")
    expect(page.locator("main h1, main [role=alert]").first).to_be_attached()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    look(page, name, WIDER)


def _cancelling(page: Page) -> None:
    page.get_by_role("button", name="Cancel task").click()


def _choosing(page: Page) -> None:
    page.locator("summary", has_text="Columns").click()


@pytest.mark.parametrize(
    ("name", "at", "opens"),
    [
        ("keys", "tasks", lambda page: page.keyboard.press("?")),
        ("palette", "tasks", lambda page: page.keyboard.press("Control+k")),
        ("columns", "tasks", _choosing),
        ("cancel", "task", _cancelling),
    ],
)
def test_what_opens_over_a_view_is_readable_and_lets_the_keyboard_out(
    site: Site,
    page: Page,
    shown: dict[str, str],
    name: str,
    at: str,
    opens: Callable[[Page], None],
) -> None:
    page.goto(f"{site.url}{shown[at]}")
    expect(page.locator("[data-task], [data-version]").first).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    opens(page)
    over = page.locator("dialog[open], details[open]")
    expect(over).to_have_count(1)
    look(page, name)
    page.keyboard.press("Escape")
    expect(over).to_have_count(0)


_FOCUSED = """
() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const name = at.outerHTML.slice(0, 160);
  const ringed = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const shown = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
    && box.right > 0 && box.left < innerWidth;
  at.dataset.walked = Number(at.dataset.walked ?? 0) + 1;
  return [name, ringed, shown, Number(at.dataset.walked)];
}
"""
_NOT_WALKED = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(each => each.checkVisibility() && !each.disabled && each.tabIndex >= 0
    && !each.dataset.walked)
  .map(each => each.outerHTML.slice(0, 160))
"""


@pytest.mark.parametrize("name", ["projects", "tasks", "timeline", "task", "replay"])
def test_the_tab_key_stops_at_everything_once_and_shows_where_it_is(
    site: Site, page: Page, shown: dict[str, str], name: str
) -> None:
    page.goto(f"{site.url}{shown[name]}")
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    expect(
        page.locator("main :is([data-task], [data-seq], [data-version], li)").first
    ).to_be_visible()
    stops: list[str] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUSED)
        if stop is None:
            break
        element, ringed, visible, times = stop
        assert ringed, f"no ring around {element}"
        assert visible, f"out of sight: {element}"
        assert times == 1, f"stopped twice at {element}"
        stops.append(element)
    else:
        raise AssertionError("Tab never leaves the page")
    assert stops
    assert page.evaluate(_NOT_WALKED) == []


def test_the_signed_out_view_is_readable(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page(signed=False)
    page.goto(f"{site.url}/sign-in?code=used")
    expect(page.get_by_text("This link is invalid or was already used")).to_be_visible()
    look(page, "signed-out")
