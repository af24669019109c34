"""Charts on the page: what happened over time, by type, as pictures and as tables."""

import re
from datetime import UTC, datetime, timedelta
from math import sin

import pytest
from playwright.sync_api import Page, expect

from task_ledger.model.ids import shard_of
from task_ledger.model.rollup import slot_of
from tests.services.web.looks import WIDER, look
from tests.services.web.site import Site
from tests.services.web.switching import switch_project

ADD = """
INSERT INTO task_ledger.task_rollup (
    hour, bucket, shard, project_id, task_type, registered, started, completed, failed_error,
    failed_cancelled, retrying_error, waiting, duration
)
VALUES (%s, 0, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::text::integer[], %s::text::integer[])"""


def _histogram(values: dict[float, int]) -> str:
    """Counts of lengths in seconds, in the database's form."""
    slots = {slot_of(round(length * 1e6)): count for length, count in values.items()}
    first, last = min(slots), max(slots)
    counts = ",".join(str(slots.get(slot, 0)) for slot in range(first, last + 1))
    return f"[{first}:{last}]={{{counts}}}"


@pytest.fixture
def past(site: Site, project: str) -> str:
    """A project with a day of two types behind it, one of them slow and failing at times; and one
    task that has just ended."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for ago in range(1, 24):
        if ago in (9, 10):
            continue
        for kind, runs, seconds in (("page_classification", 60, 2.0), ("ocr", 25, 31.0)):
            done = round(runs * (1.3 + sin(ago / 3)))
            failed = 7 if kind == "ocr" and ago in (4, 5) else ago % 3 // 2
            took = {seconds: done, seconds * 3: done // 8 + 1, seconds * 9: 1}
            site.owner.execute(
                ADD,
                (
                    hour - timedelta(hours=ago),
                    shard_of(project),
                    project,
                    kind,
                    *(done + failed, done + failed, done, failed, ago % 2, failed * 2),
                    _histogram({0.2: done, 4.0 + ago: failed + 2}),
                    _histogram(took),
                ),
            )
    site.ledger.finished(project=project, task_type="ocr", name="Read page 1")
    site.caught_up()
    return f"{site.url}/projects/{project}/charts"


def _says(slots: int, highest: str) -> re.Pattern[str]:
    """What the picture of ended tasks says."""
    each = "succeeded, failed, revoked"
    return re.compile(f"Tasks that ended: {slots} values for each of {each}; highest {highest}$")


def test_charts_show_what_happened_and_lead_to_its_tasks(page: Page, past: str) -> None:
    page.goto(past)
    ended = page.get_by_role("figure", name="Tasks that ended")
    expect(ended.get_by_role("img")).to_have_attribute("aria-label", _says(24, "205"))
    for name in ("Failures and retries", "Waiting time", "Duration"):
        expect(page.get_by_role("figure", name=name).get_by_role("img")).to_be_visible()
    look(page, "charts", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    ended.get_by_text("Show as table").focus()
    page.keyboard.press("Enter")
    table = ended.get_by_role("table", name="Tasks that ended")
    expect(table.get_by_role("row")).to_have_count(25)
    look(page, "charts-table")
    page.set_viewport_size({"width": 1280, "height": 800})
    last = table.get_by_role("row").last
    expect(last.get_by_role("cell")).to_have_text(["1", "0", "0"])
    last.get_by_role("link").click()
    expect(page.locator("[data-task]")).to_have_count(1)
    expect(page.locator("[data-task]")).to_contain_text("Read page 1")


def test_a_type_and_a_range_stay_in_the_address(page: Page, past: str) -> None:
    page.goto(past)
    table = page.get_by_role("region", name="By task type")
    expect(table.get_by_role("row")).to_have_count(3)
    table.get_by_role("button", name="ocr").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{past}?type=ocr")
    ended = page.get_by_role("figure", name="Tasks that ended")
    expect(ended.get_by_role("img")).to_have_attribute("aria-label", _says(24, "[67][0-9]"))
    page.get_by_role("button", name="7 days").click()
    expect(page).to_have_url(f"{past}?type=ocr&range=7d")
    expect(ended.get_by_role("img")).to_have_attribute("aria-label", _says(28, "[0-9]{3}"))
    page.get_by_label("Task type", exact=True).select_option("")
    expect(page).to_have_url(f"{past}?range=7d")


def test_charts_of_all_projects_and_of_nothing(
    site: Site, page: Page, past: str, project: str
) -> None:
    page.goto(f"{site.url}/charts")
    ended = page.get_by_role("figure", name="Tasks that ended")
    expect(ended.get_by_role("img")).to_be_visible()
    switch_project(page, project)
    expect(page).to_have_url(past)
    empty = site.make_project("nothing ever ran")
    page.goto(f"{site.url}/projects/{empty}/charts")
    expect(ended).to_contain_text("No task ended in this time.")
    look(page, "charts-empty")
