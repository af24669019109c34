"""A task that runs longer than 95 in 100 runs of its type is marked, and found by a query."""

import re

from playwright.sync_api import Page, expect

from task_ledger.model.rollup import slot_of
from task_ledger.projector.usual_durations import UsualDurations
from tests.services.web.looks import look
from tests.services.web.site import Site

RUNS = """
INSERT INTO task_ledger.task_rollup
    (hour, bucket, shard, project_id, task_type, completed, duration)
SELECT date_trunc('hour', now(), 'UTC') - make_interval(hours => 1), 202603, 1, %s, %s, %s,
    %s::text::integer[]"""


def usually(site: Site, project: str, task_type: str, seconds: float, runs: int) -> None:
    """So many runs of a type that took as long an hour ago."""
    slot = slot_of(round(seconds * 1e6))
    site.ledger.owner.execute(RUNS, (project, task_type, runs, f"[{slot}:{slot}]={{{runs}}}"))


def test_a_slow_task_is_told_on_its_row_and_page_and_found(
    site: Site, page: Page, project: str
) -> None:
    usually(site, project, "brief", 0.5, 40)
    usually(site, project, "long", 7200, 40)
    for task_type in ("brief", "long", "rare"):
        task = site.ledger.register(
            project=project, name=f"a {task_type} task", task_type=task_type
        )
        site.ledger.start(task)
        site.ledger.progress(task, 40, "Working")
    site.caught_up()
    UsualDurations(site.owner).tick()
    page.goto(f"{site.url}/projects/{project}")
    rows = page.locator("[data-task]")
    expect(rows).to_have_count(3)
    told = re.compile(r"runs \d+:\d\d, usually under 0:01 \(p95\)")
    expect(rows.filter(has_text=told)).to_have_count(1)
    expect(rows.filter(has_text="usually under")).to_have_count(1)
    page.get_by_role("combobox", name="Search tasks").fill("is:slow")
    expect(rows).to_have_count(1)
    expect(rows.locator("a")).to_have_text(["a brief task"])
    look(page, "slow-tasks")
    rows.locator("a").first.click()
    header = page.locator("[data-task-status]")
    expect(header).to_contain_text(told)
    look(page, "slow-task")
