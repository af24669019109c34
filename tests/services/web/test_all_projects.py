"""All projects at once: their tasks, found and opened, by whoever may see them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from task_ledger import access
from tests.services.web.looks import WIDER, look
from tests.services.web.site import Site, sign_in
from tests.services.web.switching import switch_project


@pytest.fixture(scope="module")
def towers(site: Site) -> dict[str, Any]:
    """The failed task in each of two projects that only the log knows."""
    failed = {}
    for project in ("north-wing", "south-wing"):
        site.ledger.finished(project=project, name=f"Process A-101.pdf of {project}")
        task = site.ledger.register(
            project=project, name=f"Read S-101 of {project}", task_type="ocr_processing"
        )
        site.ledger.start(task)
        site.ledger.fail(task, "Sheet S-101 is not calibrated; calibrate it first")
        failed[project] = task
    site.caught_up()
    return failed


def _someone(site: Site, open_page: Callable[..., Page], name: str, projects: list[str]) -> Page:
    access.create(site.owner, name, "viewer", projects)
    page = open_page(signed=False)
    sign_in(page, site, name)
    return page


def test_a_failure_is_found_in_whatever_project_it_is(
    site: Site, page: Page, towers: dict[str, Any]
) -> None:
    page.goto(site.url)
    page.get_by_role("navigation").get_by_role("link", name="Tasks").click()
    expect(page).to_have_url(f"{site.url}/tasks")
    page.locator("[data-search]").fill("error:~calibrated wing")
    expect(page.locator("[data-task]")).to_have_count(2)
    row = page.locator(f'[data-task="{towers["south-wing"].id}"]')
    expect(row).to_contain_text("south-wing")
    look(page, "all-tasks", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    row.get_by_role("link", name="Read S-101").click()
    expect(page.get_by_role("heading", name="Read S-101 of south-wing")).to_be_visible()
    page.go_back()
    row.get_by_role("link", name="south-wing", exact=True).click()
    expect(page).to_have_url(f"{site.url}/projects/south-wing")
    # The switch back to all projects stays with the tasks.
    switch_project(page, None)
    expect(page).to_have_url(f"{site.url}/tasks")


def test_all_projects_are_ordered_by_creation_only(
    site: Site, page: Page, towers: dict[str, Any]
) -> None:
    page.goto(f"{site.url}/tasks?order=longest&query=name:*-wing")
    expect(page.locator("[data-task]")).to_have_count(4)
    orders = page.get_by_label("Order").locator("option")
    assert orders.all_inner_texts() == ["newest first", "oldest first"]
    page.get_by_label("Order").select_option("oldest")
    expect(page.locator("[data-task]").first).to_contain_text("Process A-101.pdf of north-wing")
    expect(page.get_by_role("columnheader", name="Duration").get_by_role("button")).to_have_count(0)


def test_what_runs_in_any_project_is_refreshed(site: Site, page: Page) -> None:
    task = site.ledger.register(project="east-wing", name="Process east")
    site.caught_up()
    page.goto(f"{site.url}/tasks")
    row = page.locator(f'[data-task="{task.id}"]')
    expect(row).to_have_attribute("data-status", "PENDING")
    expect(page.get_by_text("Refreshed every 5 s")).to_be_visible()
    site.ledger.start(task)
    expect(row).to_have_attribute("data-status", "STARTED")


def test_a_token_sees_only_its_projects_and_is_told_what_it_reaches(
    site: Site, open_page: Callable[..., Page], towers: dict[str, Any]
) -> None:
    page = _someone(site, open_page, "north only", ["north-wing"])
    page.goto(f"{site.url}/tasks")
    expect(page.locator("[data-task]")).to_have_count(2)
    page.goto(f"{site.url}/tasks?query=south")
    expect(page.get_by_text("No task in the projects that you can see")).to_be_visible()
    page = _someone(site, open_page, "of nothing yet", ["west-wing", "roof"])
    page.goto(f"{site.url}/tasks")
    reached = "Your token has access to 2 projects: roof, west-wing."
    expect(page.get_by_text(reached)).to_be_visible()
    look(page, "all-tasks-none", WIDER)
