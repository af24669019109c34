"""Ten thousand tasks and five thousand events stay smooth while fifty events come a second."""

import threading
import time
from typing import Final

from playwright.sync_api import Browser, Page, expect

from task_ledger.eventlog.append import Append, append_many
from task_ledger.model.events import Progress, Registered, Started
from task_ledger.model.ids import new_claim, new_task_id
from tests.services.web.frames import Frames, assert_smooth, traced
from tests.services.web.site import Site
from tests.task_ledger.server.ledger import Running
from tests.task_ledger.server.processes import eventually

TASKS: Final = 10_000
EVENTS: Final = 5_000
SECONDS: Final = 4.0
A_SECOND: Final = 50


_DRAG: Final = """
async (slider, to) => {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  for (let at = Number(slider.max) - 1; at >= to; at--) {
    set.call(slider, at);
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    await new Promise(requestAnimationFrame);
  }
}
"""


def _under_load(browser: Browser, page: Page, site: Site, tasks: list[Running]) -> Frames:
    """What the page's frames cost while 50 events a second come."""
    written: list[int] = []

    def write() -> None:
        due = time.monotonic()
        while len(written) < A_SECOND * SECONDS:
            task = tasks[len(written) % len(tasks)]
            site.ledger.progress(task, len(written) % 100, f"Step {len(written)}")
            written.append(1)
            due += 1 / A_SECOND
            time.sleep(max(due - time.monotonic(), 0))

    writer = threading.Thread(target=write)
    with traced(browser, page) as frames:
        writer.start()
        # The browser draws on while this waits.
        while writer.is_alive():
            page.wait_for_timeout(100)
    assert len(frames.scripting_ms) > SECONDS, "what came was not drawn"
    return frames


def _registered(site: Site, project: str, count: int) -> list[Running]:
    tasks = [Running(new_task_id()) for _ in range(count)]
    site.owner.execute(
        "SELECT task_ledger.register(id, %s, 'ops', clock_timestamp(), %s::json, 1, 4, NULL)"
        " FROM unnest(%s::uuid[]) AS id",
        (
            project,
            Registered(task_type="ocr_processing", name="Read a page").to_json(),
            [task.id for task in tasks],
        ),
    )
    return tasks


def test_a_list_of_ten_thousand_tasks_stays_smooth_under_load(
    site: Site, browser: Browser, page: Page, project: str
) -> None:
    tasks = _registered(site, project, TASKS)
    for task in tasks[-20:]:
        site.ledger.start(task)
    eventually(
        "the list knows all",
        lambda: (
            sum(
                site.client.get(f"/api/v1/tasks/project/{project}?limit=1")
                .json()["counts"]
                .values()
            )
            == TASKS
        ),
        timeout_s=60,
    )
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]").first).to_be_visible()
    rows = page.locator("[data-scroller]")

    def all_loaded() -> bool:
        rows.evaluate("e => { e.scrollTop = e.scrollHeight; }")
        return page.get_by_text("10,000 of 10,000 loaded").count() == 1

    eventually("every task was loaded", all_loaded, timeout_s=60)
    assert page.locator("[data-task]").count() < 100
    rows.evaluate("e => { e.scrollTop = 0; }")
    expect(page.locator(f'[data-task="{tasks[-1].id}"]')).to_be_visible()
    assert_smooth(page, lambda: _under_load(browser, page, site, tasks[-20:]))
    expect(page.locator('[data-status="PROGRESS"]').first).to_be_visible()
    # Further back than one page of a search looks.
    site.ledger.start(tasks[0])
    site.ledger.progress(tasks[0], 5, "A needle")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}?query=needle")
    expect(page.locator(f'[data-task="{tasks[0].id}"]')).to_be_visible()
    expect(page.locator("[data-counted-since]")).to_contain_text("created since")
    page.goto(f"{site.url}/projects/{project}?query=haystack")
    expect(page.get_by_text("No matching tasks")).to_be_visible()


def test_a_task_of_five_thousand_events_stays_smooth_under_load(
    site: Site, browser: Browser, page: Page, project: str
) -> None:
    task = site.ledger.register(project=project, name="long")
    task.claim, task.attempt = new_claim(), 1
    events = [Append(task.id, task.claim, 1, "w", Started(worker="w@h", host="h", pid=1))]
    events += [
        Append(task.id, task.claim, 1, "w", Progress(percent=n % 100, step=f"Step {n}"))
        for n in range(EVENTS - 2)
    ]
    for begin in range(0, len(events), 500):
        append_many(site.worker, events[begin : begin + 500])
    assert site.task(task.id)["version"] == EVENTS
    page.goto(f"{site.url}/tasks/{task.id}")
    expect(page.locator(f'[data-version="{EVENTS}"]')).to_be_visible()
    assert page.locator("[data-version]").count() < 60
    assert_smooth(page, lambda: _under_load(browser, page, site, [task]))
    page.get_by_role("slider").fill("2500")
    expect(page.locator('[data-as-of="2500"]')).to_be_visible()
    expect(page.locator('[data-version="2500"]')).to_be_visible()


def test_a_slider_that_is_dragged_asks_for_where_it_stops(
    site: Site, page: Page, project: str
) -> None:
    task = site.ledger.register(project=project, name="tried often", max_attempts=None)
    for _ in range(40):
        site.ledger.start(task)
        site.ledger.retry(task, countdown_s=0)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/tasks/{task.id}")
    lanes = page.locator("[data-lane]")
    expect(lanes).to_have_count(12)
    expect(lanes.last).to_have_attribute("data-lane", "41")
    page.get_by_role("slider").evaluate(_DRAG, 5)
    expect(page.locator('[data-as-of="5"]')).to_be_visible()
    expect(lanes.first).to_have_attribute("data-lane", "1")
    expect(page.get_by_text("attempts 1 to 12 of 41")).to_be_visible()
    # Two for each place that it rested at; it passed 76 places.
    assert len([url for url in asked if "as_of_version" in url]) < 40, "each step was asked for"
