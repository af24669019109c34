"""The list as it was at an earlier time, on the page."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.services.web.looks import look
from tests.services.web.site import Site


def _recorded(site: Site, task_id: object, version: int) -> str:
    events = site.client.get(f"/api/v1/tasks/{task_id}/events").json()["events"]
    return events[version - 1]["recorded_at"]


def test_a_list_stands_at_an_earlier_time_until_it_is_told_to_return(
    site: Site, page: Page, project: str
) -> None:
    failed = site.ledger.register(project=project, name="Read A-101.pdf")
    site.ledger.start(failed)
    site.ledger.progress(failed, 40, "Extracting pages")
    site.ledger.fail(failed, "Sheet S-101 is not calibrated")
    later = site.ledger.finished(project=project, name="Read A-102.pdf")
    site.caught_up()
    at = _recorded(site, failed.id, 3)

    page.goto(f"{site.url}/projects/{project}?at={at}")
    bar = page.get_by_role("region", name="Earlier time")
    expect(bar).to_contain_text(re.compile(r"As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC"))
    row = page.locator("[data-task]")
    expect(row).to_have_count(1)
    expect(row).to_have_attribute("data-status", "PROGRESS")
    expect(row).to_contain_text("Extracting pages")
    expect(page.locator('[data-count="PROGRESS"]')).to_have_text("1")
    expect(page.locator('[data-count="FAILURE"]')).to_have_text("0")
    # Nothing can be done with the past.
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Act")).to_have_count(0)
    look(page, "past")

    # A filter applies to what was, and the moment stays.
    page.get_by_role("combobox", name="Search tasks").fill("error:~calibrated")
    expect(page.get_by_text("No tasks then")).to_be_visible()
    page.get_by_role("combobox", name="Search tasks").fill("step:Extracting*")
    expect(row).to_have_count(1)
    assert "at=" in page.url

    # A task opens as of its event then, and the way back leads to the same moment.
    row.get_by_role("link").click()
    expect(page.get_by_text("As of event 3")).to_be_visible()
    page.go_back()
    expect(bar).to_be_visible()

    bar.get_by_role("button", name="Back to now").click()
    expect(bar).to_have_count(0)
    page.get_by_role("combobox", name="Search tasks").fill("")
    expect(page.locator(f'[data-task="{failed.id}"]')).to_have_attribute("data-status", "FAILURE")
    expect(page.locator(f'[data-task="{later.id}"]')).to_be_visible()


def test_ages_and_durations_are_those_of_the_moment(site: Site, page: Page, project: str) -> None:
    task = site.ledger.register(project=project, name="Read A-101.pdf")
    site.ledger.start(task)
    site.caught_up()
    at = datetime.fromisoformat(_recorded(site, task.id, 2))
    page.clock.install(time=datetime.now(UTC) + timedelta(seconds=5))
    page.goto(f"{site.url}/projects/{project}?at={at.isoformat().replace('+00:00', 'Z')}")
    row = page.locator("[data-task]")
    expect(row.locator('[data-column="took"]')).to_have_text("0:00")
    expect(row.locator('[data-column="created"]')).to_contain_text("0 s")
    page.clock.fast_forward("01:00")
    expect(row.locator('[data-column="took"]')).to_have_text("0:00")


def test_the_moment_is_chosen_on_the_page_and_links_to_what_else_was_then(
    site: Site, page: Page, project: str
) -> None:
    task = site.ledger.finished(project=project, name="Read A-101.pdf")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(1)
    page.get_by_role("button", name="As of…").click()
    bar = page.get_by_role("region", name="Earlier time")
    expect(bar).to_be_visible()
    registered = datetime.fromisoformat(_recorded(site, task.id, 1))
    second_later = (registered + timedelta(seconds=1)).astimezone(UTC)
    before = registered - timedelta(hours=1)
    bar.get_by_label("Time (UTC)").fill(before.strftime("%Y-%m-%dT%H:%M:%S"))
    expect(page.get_by_text("No tasks then")).to_be_visible()
    bar.get_by_role("button", name="+1 h").click()
    expect(bar).to_contain_text(second_later.strftime("%Y-%m-%d %H:"))
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)

    third = _recorded(site, task.id, 3)
    page.goto(f"{site.url}/projects/{project}?at={third}")
    bar.get_by_role("link", name="Timeline until then").click()
    expect(page.locator("[data-seq]")).to_have_count(3)
    page.go_back()
    bar.get_by_role("link", name="Charts until then").click()
    until = page.locator("[data-until]")
    # The charts have whole hours.
    hour = datetime.fromisoformat(third).replace(minute=0, second=0) + timedelta(hours=1)
    expect(until).to_contain_text(f"Until {hour:%Y-%m-%d %H}:00:00.000 UTC")
    until.get_by_role("button", name="Back to now").click()
    expect(until).to_have_count(0)


def test_all_projects_stand_at_an_earlier_time(site: Site, page: Page, project: str) -> None:
    task = site.ledger.register(project=project, name=f"only of {project}")
    site.ledger.start(task)
    site.ledger.complete(task)
    site.caught_up()
    page.goto(f"{site.url}/tasks?at={_recorded(site, task.id, 1)}&query=id:{task.id}")
    row = page.locator("[data-task]")
    expect(row).to_have_attribute("data-status", "PENDING")
    expect(row).to_contain_text(project)


def test_a_moment_can_be_typed(site: Site, page: Page, project: str) -> None:
    site.ledger.finished(project=project)
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}?at=2025-06-30T10:00:00.000Z")
    # Digit by digit, as the field takes them: a month may be later than now, a year is first 0002.
    page.get_by_label("Time (UTC)").press_sequentially("11282024091500AM")
    bar = page.get_by_role("region", name="Earlier time")
    expect(bar).to_contain_text("As of 2024-11-28 09:15:00.000 UTC")
    expect(page.get_by_text("No tasks then")).to_be_visible()
    bar.get_by_role("button", name="+5 min").click()
    expect(page.get_by_label("Time (UTC)")).to_have_value("2024-11-28T09:20")


def test_a_page_that_cannot_be_read_says_so_beside_those_that_were(
    site: Site, page: Page, project: str
) -> None:
    with site.owner.transaction():
        for _ in range(101):
            site.ledger.register(project=project)
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}?at={datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")
    expect(page.locator("[data-task]")).to_have_count(100)
    site.proxy.cut()
    try:
        page.get_by_role("button", name="Load more").click()
        failed = page.get_by_role("alert").filter(has_text="cannot be reached")
        expect(failed).to_be_visible()
    finally:
        site.proxy.mend()
    page.get_by_role("button", name="Load more").click()
    expect(page.locator("[data-task]")).to_have_count(101)
    expect(failed).to_have_count(0)


def test_a_moment_that_the_projector_has_not_reached_is_read_again(
    site: Site, page: Page, project: str
) -> None:
    site.ledger.finished(project=project)
    site.caught_up()
    site.stack.stop("projector")
    try:
        site.ledger.register(project=project, name="not in the list yet")
        page.goto(f"{site.url}/projects/{project}?at={datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")
        expect(page.get_by_text("behind the log")).to_be_visible()
        expect(page.locator("[data-task]")).to_have_count(1)
    finally:
        site.stack.start("projector", "task_ledger.projector")
    expect(page.locator("[data-task]")).to_have_count(2)
    expect(page.get_by_text("behind the log")).to_have_count(0)
