"""Every time names its zone; one switch shows and reads them in the browser's zone or in UTC."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from playwright.sync_api import Page, expect

from tests.services.web.site import Site

KOLKATA = timezone(timedelta(hours=5, minutes=30))


@pytest.fixture
def abroad(open_page: Callable[..., Page]) -> Page:
    """A page of somebody in India, who may use the clipboard."""
    page = open_page(timezone_id="Asia/Kolkata")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def _switch(page: Page, to: str) -> None:
    page.get_by_role("button", name="Change zone").click()
    expect(page.get_by_role("button", name="Change zone")).to_have_text(to)


def _at(text: str | None) -> datetime:
    """The time at the beginning of a text such as 2026-12-01 07:31:11.123 UTC+5:30 (…)."""
    found = re.search(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (UTC(?:\+5:30)?)", text or "")
    assert found is not None, text
    zone = UTC if found[2] == "UTC" else KOLKATA
    return datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=zone)


def test_the_switch_changes_every_time_and_is_kept(site: Site, abroad: Page, project: str) -> None:
    page = abroad
    task = site.ledger.finished(project=project, name="Read A-101.pdf")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    when = page.locator(f'[data-task="{task.id}"] [data-when]')
    expect(when).to_have_text(re.compile(r"UTC\+5:30$"))
    _switch(page, "UTC")
    expect(when).to_have_text(re.compile(r"\d UTC$"))

    page.goto(f"{site.url}/projects/{project}/timeline")
    time = page.locator("[data-seq] time").first
    expect(time).to_have_text(re.compile(r"\d UTC$"))
    expect(page.get_by_text("times in UTC", exact=True)).to_be_visible()
    _switch(page, "UTC+5:30")
    expect(time).to_have_text(re.compile(r"UTC\+5:30$"))
    expect(page.get_by_text("times in UTC+5:30", exact=True)).to_be_visible()

    page.goto(f"{site.url}/tasks/{task.id}?version=2")
    said = page.get_by_label("Replay", exact=True).get_by_text("As of 2")
    recorded = page.locator('[data-version="2"] time').get_attribute("datetime")
    assert recorded is not None
    exactly = datetime.fromisoformat(recorded)
    exactly -= timedelta(microseconds=exactly.microsecond % 1000)
    expect(said).to_contain_text("UTC+5:30")
    assert _at(said.text_content()) == exactly
    _switch(page, "UTC")
    expect(said).not_to_contain_text("UTC+5:30")
    assert _at(said.text_content()) == exactly
    tooltip = page.locator('[data-version="2"] time').get_attribute("title")
    assert re.search(r"UTC \(.* UTC\+5:30\)", tooltip or "")


def test_the_axes_of_charts_are_in_the_chosen_zone(site: Site, abroad: Page, project: str) -> None:
    site.ledger.finished(project=project, name="Read A-101.pdf")
    site.caught_up()
    abroad.goto(f"{site.url}/projects/{project}/charts")
    expect(abroad.get_by_text("Times are UTC+5:30")).to_be_visible()
    abroad.get_by_text("Show as table").first.click()
    first = abroad.get_by_role("rowheader").first
    expect(first).to_have_text(re.compile(r":30$"))
    _switch(abroad, "UTC")
    expect(abroad.get_by_text("Times are UTC.")).to_be_visible()
    abroad.get_by_text("Show as table").first.click()
    expect(first).to_have_text(re.compile(r":00$"))


def test_a_copied_summary_has_dates_and_the_zone(site: Site, abroad: Page, project: str) -> None:
    task = site.ledger.finished(project=project, name="Read A-101.pdf")
    abroad.goto(f"{site.url}/tasks/{task.id}")
    copy = abroad.get_by_role("button", name="Copy summary")
    copy.click()
    expect(copy.get_by_text("Copied")).to_be_visible()
    lines = abroad.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0] == "Read A-101.pdf (document_processing): SUCCESS"
    assert [line.split()[0] for line in lines[2:5]] == ["created", "started", "ended"]
    assert all(line.endswith(" UTC+5:30") for line in lines[2:5])
    assert _at(lines[2]).astimezone(UTC).date() in (
        datetime.now(UTC).date(),
        datetime.now(UTC).date() - timedelta(days=1),
    )


def test_the_dates_of_a_query_are_read_in_the_chosen_zone(
    site: Site, abroad: Page, project: str
) -> None:
    page = abroad
    site.ledger.finished(project=project, name="Read A-101.pdf")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    bar = page.get_by_role("combobox", name="Search tasks")
    bar.fill("after:2026-10-19")
    page.keyboard.press("Enter")
    # A link to it means the same to everybody.
    expect(page).to_have_url(re.compile(r"query=after%3A2026-10-19%2B05%3A30"))
    expect(page.locator("[data-task]")).to_have_count(1)
    bar.fill("after:2026-10-19 tok:>5m")
    expect(page.locator("[data-refused] mark")).to_have_text("tok:>5m")
    page.keyboard.press("Enter")
    page.keyboard.type("took:>=0s")
    expect(bar).to_have_value("after:2026-10-19+05:30 took:>=0s")
    expect(page.locator("[data-task]")).to_have_count(1)
    _switch(page, "UTC")
    bar.fill("after:2026-10-20")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"query=after%3A2026-10-20$"))


def test_a_period_is_entered_in_the_zone_of_its_days(
    site: Site, open_page: Callable[..., Page], project: str
) -> None:
    page = open_page(timezone_id="Europe/Berlin")
    page.goto(f"{site.url}/projects/{project}/timeline")
    page.locator("summary").get_by_text("Period", exact=True).click()
    page.get_by_label("From").fill("2026-07-01T00:00:00")
    page.get_by_label("Until").fill("2026-12-01T00:00:00")
    expect(page.get_by_text("From (UTC+2)")).to_be_visible()
    expect(page.get_by_text("Until (exclusive) (UTC+1)")).to_be_visible()
    expect(page.get_by_role("link", name="Download evidence")).to_have_attribute(
        "href", re.compile(r"since=2026-06-30T22%3A00.*until=2026-11-30T23%3A00")
    )
