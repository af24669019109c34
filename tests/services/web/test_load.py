"""Ten thousand tasks and five thousand events stay smooth while fifty events come a second."""

import threading
import time
from typing import Any, Final

from playwright.sync_api import CDPSession, Page, expect

from task_ledger.events import Progress, Registered, Started
from task_ledger.identity import new_claim, new_task_id
from task_ledger.store import Append, append_many
from tests.services.api.ledger import Running
from tests.services.api.processes import eventually
from tests.services.web.site import Site

TASKS: Final = 10_000
EVENTS: Final = 5_000
SECONDS: Final = 4.0
FRAME_MS: Final = 16.0

COUNT_FRAMES = """
window.frames_drawn = 0;
const frame = () => { window.frames_drawn += 1; requestAnimationFrame(frame); };
requestAnimationFrame(frame);
"""


def _scripting_ms(session: CDPSession) -> float:
    metrics: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return 1000 * next(each["value"] for each in metrics if each["name"] == "ScriptDuration")


def _per_frame(page: Page, site: Site, tasks: list[Running]) -> float:
    """Milliseconds of scripting in each frame, while 50 events a second come."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.evaluate(COUNT_FRAMES)
    written: list[int] = []

    def write() -> None:
        end = time.monotonic() + SECONDS
        due = time.monotonic()
        while time.monotonic() < end:
            task = tasks[len(written) % len(tasks)]
            site.ledger.progress(task, len(written) % 100, f"Step {len(written)}")
            written.append(1)
            due += 1 / 50
            time.sleep(max(due - time.monotonic(), 0))

    writer = threading.Thread(target=write)
    before, drawn = _scripting_ms(session), page.evaluate("window.frames_drawn")
    writer.start()
    # The browser draws on while this waits.
    page.wait_for_timeout(SECONDS * 1000)
    writer.join()
    frames = page.evaluate("window.frames_drawn") - drawn
    spent = _scripting_ms(session) - before
    assert len(written) > 25 * SECONDS, f"only {len(written)} events could be written"
    assert frames > 10 * SECONDS, f"only {frames} frames were drawn"
    print(f"{len(written)} events, {frames} frames, {spent / frames:.2f} ms of scripting a frame")
    return spent / frames


def _registered(site: Site, project: str, count: int) -> list[Running]:
    tasks = [Running(new_task_id()) for _ in range(count)]
    site.owner.execute(
        "SELECT ledger.register(id, %s, 'ops', clock_timestamp(), %s::json, 1, 4, NULL)"
        " FROM unnest(%s::uuid[]) AS id",
        (
            project,
            Registered(task_type="ocr_processing", name="Read a page").to_json(),
            [task.id for task in tasks],
        ),
    )
    return tasks


def test_a_list_of_ten_thousand_tasks_stays_smooth_under_load(
    site: Site, page: Page, project: str
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
        return page.get_by_text("10,000 loaded of 10,000").count() == 1

    eventually("every task was loaded", all_loaded, timeout_s=60)
    assert page.locator("[data-task]").count() < 100
    rows.evaluate("e => { e.scrollTop = 0; }")
    expect(page.locator(f'[data-task="{tasks[-1].id}"]')).to_be_visible()
    assert _per_frame(page, site, tasks[-20:]) < FRAME_MS
    expect(page.locator('[data-status="PROGRESS"]').first).to_be_visible()


def test_a_task_of_five_thousand_events_stays_smooth_under_load(
    site: Site, page: Page, project: str
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
    assert _per_frame(page, site, [task]) < FRAME_MS
    page.get_by_role("slider").fill("2500")
    expect(page.locator('[data-as-of="2500"]')).to_be_visible()
    expect(page.locator('[data-version="2500"]')).to_be_visible()
