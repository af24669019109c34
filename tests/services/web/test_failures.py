"""Failures on the page: equal ones together, from a task to them and back, and handled."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from task_ledger.model.events import ErrorData, Failed
from task_ledger.model.transitions import FailureReason
from tests.services.web.looks import WIDER, look
from tests.services.web.site import Site
from tests.services.web.switching import switch_project


def _fail(site: Site, project: str, message: str, place: str = "takeoff.scale.find_scale") -> Any:
    task = site.ledger.register(
        project=project, name=f"Scale of {message[:11]}", task_type="scale_detection"
    )
    site.ledger.start(task)
    error = ErrorData(type="takeoff.errors.NoScale", message=message, place=place)
    site.ledger.append(task, Failed(reason=FailureReason.ERROR, error=error))
    return task


@pytest.fixture
def failed(site: Site, project: str) -> Any:
    """Three sheets that failed alike, and one otherwise; the first of the three."""
    tasks = [_fail(site, project, f"Sheet S-{n}01 has no scale bar") for n in range(3)]
    _fail(site, project, "the provider said nothing for 30 s", "takeoff.providers.ask")
    site.ledger.finished(project=project)
    site.caught_up()
    return tasks[0]


def test_from_a_failed_task_to_all_that_failed_like_it(
    site: Site, page: Page, project: str, failed: Any
) -> None:
    page.goto(f"{site.url}/tasks/{failed.id}")
    page.get_by_role("link", name="3 tasks failed like this").click()
    expect(page.locator("[data-task]")).to_have_count(3)
    expect(page.locator("[data-search]")).to_have_value("fingerprint:" + _fingerprint(site, failed))
    page.get_by_role("navigation").get_by_role("link", name="Failures").click()
    expect(page).to_have_url(f"{site.url}/projects/{project}/failures")
    expect(page.locator("[data-fingerprint]")).to_have_count(2)
    row = page.locator(f'[data-fingerprint="{_fingerprint(site, failed)}"]')
    expect(row).to_contain_text("NoScale Sheet S-201 has no scale bar")
    expect(row).to_contain_text("takeoff.scale.find_scale")
    trend = row.get_by_role("img")
    expect(trend).to_have_attribute(
        "aria-label", "3 failures in the last 24 hours, at most 3 in one hour"
    )
    look(page, "failures", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Trend").select_option("days")
    expect(page).to_have_url(f"{site.url}/projects/{project}/failures?trend=days")
    row.get_by_role("link", name="Show 3 tasks").click()
    expect(page.locator("[data-task]")).to_have_count(3)


def _fingerprint(site: Site, task: Any) -> str:
    return site.task(task.id)["fingerprint"]


def test_a_handled_failure_leaves_the_list_until_it_happens_again(
    site: Site, page: Page, project: str, failed: Any
) -> None:
    address = f"{site.url}/projects/{project}/failures"
    page.goto(address)
    row = page.locator(f'[data-fingerprint="{_fingerprint(site, failed)}"]')
    row.get_by_role("button", name="Mark handled").click()
    dialog = page.get_by_role("dialog", name="Mark as handled?")
    dialog.get_by_label("Comment (optional)").fill("scale bars are drawn by hand now")
    look(page, "failures-handle", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    dialog.get_by_role("button", name="Mark handled").click()
    expect(row).to_have_count(0)
    expect(page.locator("[data-fingerprint]")).to_have_count(1)
    page.get_by_role("button", name="Handled", exact=True).click()
    expect(row).to_contain_text("by tester: scale bars are drawn by hand now")
    look(page, "failures-handled", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator("[data-fingerprint]")).to_have_count(1)
    _fail(site, project, "Sheet S-901 has no scale bar")
    # It waits, so that nothing moves under the pointer.
    page.get_by_role("button", name="1 new").click()
    expect(row).to_contain_text("failed again since")
    expect(row.get_by_role("link", name="Show 4 tasks")).to_be_visible()


def test_failures_of_all_projects_are_found_at_one_place(
    site: Site, page: Page, project: str, failed: Any
) -> None:
    page.goto(site.url)
    page.get_by_role("navigation").get_by_role("link", name="Failures").click()
    expect(page).to_have_url(f"{site.url}/failures")
    row = page.locator(f'[data-fingerprint="{_fingerprint(site, failed)}"]').filter(
        has_text=project
    )
    row.get_by_role("link", name=project, exact=True).click()
    expect(page).to_have_url(f"{site.url}/projects/{project}/failures")
    switch_project(page, None)
    expect(page).to_have_url(f"{site.url}/failures")
    look(page, "all-failures", WIDER)


def test_a_project_without_failures_says_so_and_a_viewer_marks_nothing(
    site: Site, viewer: Page, page: Page, project: str
) -> None:
    page.goto(f"{site.url}/projects/{project}/failures")
    expect(page.get_by_text("No open failures")).to_be_visible()
    look(page, "failures-none", WIDER)
    _fail(site, project, "Sheet S-101 has no scale bar")
    site.caught_up()
    viewer.goto(f"{site.url}/projects/{project}/failures")
    expect(viewer.locator("[data-fingerprint]")).to_have_count(1)
    expect(viewer.get_by_role("button", name="Mark handled")).to_have_count(0)
    viewer.goto(f"{site.url}/projects/no-such-project/failures")
    expect(viewer.get_by_role("alert")).to_be_visible()
