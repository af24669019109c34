"""Acting on tasks on the page: one, selected, or all that a query matches."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from task_ledger.model.transitions import Status
from tests.services.web.looks import WIDER, look
from tests.services.web.site import Site
from tests.task_ledger.server.processes import eventually


def _failed(site: Site, project: str, count: int = 1) -> list[Any]:
    """Small tasks that have failed on a real worker."""
    tasks = [
        site.enqueue("commit_then_fail", project_id=project, max_attempts=1) for _ in range(count)
    ]
    for task in tasks:
        eventually("it failed", lambda task=task: site.task(task)["status"] == Status.FAILURE)
    site.caught_up()
    return tasks


def _wide(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_failed_task_is_run_again_and_leads_to_the_new_one(
    site: Site, page: Page, project: str
) -> None:
    (task,) = _failed(site, project)
    page.goto(f"{site.url}/tasks/{task}")
    page.get_by_role("button", name="Run again").click()
    dialog = page.get_by_role("dialog", name=re.compile("again"))
    expect(dialog).to_contain_text("A new task is registered with the same arguments")
    dialog.get_by_label("Reason (optional)").fill("the provider is back")
    look(page, "run-again", WIDER)
    _wide(page)
    dialog.get_by_role("button", name="Run again").click()
    expect(dialog).to_have_count(0)
    events = page.locator("[data-version]")
    expect(events.filter(has_text="run again").first).to_contain_text("the provider is back")
    page.locator("[data-run-again]").get_by_role("link").click()
    expect(page.get_by_label("Record", exact=True).last).to_contain_text("Rerun of")
    expect(page.locator("[data-task-status]")).to_have_attribute("data-task-status", "FAILURE")
    page.get_by_role("link", name=f"…{str(task)[-8:]}").click()
    expect(page).to_have_url(f"{site.url}/tasks/{task}")


def test_a_countdown_is_ended_and_a_task_commented_with_the_keyboard_alone(
    site: Site, page: Page, project: str
) -> None:
    task = site.enqueue(
        "retry_until", 2, 600.0, f"act-{project}", project_id=project, max_attempts=2
    )
    eventually("it waits", lambda: site.task(task)["status"] == Status.RETRY)
    page.goto(f"{site.url}/tasks/{task}")
    page.get_by_role("button", name="Comment").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Comment")).to_be_focused()
    page.keyboard.type("the scan is upside down")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-version]").filter(has_text="upside down")).to_be_visible()
    page.get_by_role("button", name="Retry now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("attempt 2 of 2 starts")
    look(page, "retry-now", WIDER)
    _wide(page)
    page.get_by_role("textbox", name="Reason (optional)").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-version]").filter(has_text="countdown ended")).to_be_visible()
    eventually("it ran", lambda: site.task(task)["attempt"] == 2)


def test_all_that_match_are_shown_before_anything_is_done_and_then_run_again(
    site: Site, page: Page, project: str
) -> None:
    tasks = _failed(site, project, 3)
    site.ledger.finished(project=project)
    site.caught_up()
    versions = [site.task(task)["version"] for task in tasks]
    page.goto(f"{site.url}/projects/{project}?status=FAILURE")
    expect(page.locator("[data-task]")).to_have_count(3)
    page.locator("summary", has_text="Act on all").click()
    look(page, "act-menu", WIDER)
    _wide(page)
    page.get_by_role("button", name="Run again…").click()
    dialog = page.get_by_role("dialog", name="Run again")
    expect(dialog.locator("[data-will]")).to_have_text(
        "3 tasks will be run again, each as a new task with the same arguments."
    )
    look(page, "act-preview", WIDER)
    _wide(page)
    assert [site.task(task)["version"] for task in tasks] == versions, "a preview does nothing"
    dialog.get_by_label("Reason (optional)").fill("fixed")
    dialog.get_by_role("button", name="Run 3 tasks again").click()
    expect(dialog.locator("[data-action=ended]")).to_contain_text("Ended: 3 of 3 run again")
    look(page, "act-progress", WIDER)
    _wide(page)
    dialog.get_by_role("button", name="Close").click()
    page.get_by_role("button", name=re.compile("new")).click()
    expect(page.locator("[data-task]")).to_have_count(6)
    page.reload()
    page.locator("summary", has_text="Act on all").click()
    page.get_by_role("button", name=re.compile("3 of 3 run again tester")).click()
    expect(page.locator("[data-action=ended]")).to_be_visible()


def test_selected_tasks_are_cancelled_and_those_that_ended_meanwhile_are_told(
    site: Site, page: Page, project: str
) -> None:
    one, other, kept = [site.ledger.register(project=project, name=f"Set {n}") for n in "ABC"]
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(3)
    page.get_by_role("checkbox", name="Select Set A").check()
    page.locator(f'[data-task="{other.id}"]').get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    look(page, "act-selected", WIDER)
    _wide(page)
    page.locator("summary", has_text="Act on 2 selected").click()
    page.get_by_role("button", name="Cancel…").click()
    dialog = page.get_by_role("dialog", name="Cancel")
    expect(dialog).to_contain_text("2 tasks will be cancelled")
    site.client.post(f"/api/v1/tasks/{one.id}/cancel")
    dialog.get_by_role("button", name="Cancel 2 tasks").click()
    expect(dialog.locator("[data-action=ended]")).to_contain_text("Ended: 1 of 2 cancelled")
    expect(dialog).to_contain_text("1 left alone: had ended")
    assert site.task(other.id)["status"] == Status.REVOKED
    assert site.task(kept.id)["status"] == Status.PENDING
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator("summary", has_text="Act on all")).to_be_visible()


def test_a_viewer_acts_on_nothing(site: Site, viewer: Page, project: str) -> None:
    task = site.ledger.register(project=project)
    site.caught_up()
    viewer.goto(f"{site.url}/projects/{project}")
    expect(viewer.locator("[data-task]")).to_have_count(1)
    expect(viewer.locator("[data-act], [type=checkbox][aria-label^=Select]")).to_have_count(0)
    viewer.goto(f"{site.url}/tasks/{task.id}")
    expect(viewer.locator("[data-task-status]")).to_be_visible()
    names = re.compile("Run again|Retry now|Comment|Cancel task")
    expect(viewer.get_by_role("button", name=names)).to_have_count(0)


@pytest.mark.parametrize("kind", ["Retry now"])
def test_nothing_to_act_on_is_said(site: Site, page: Page, project: str, kind: str) -> None:
    site.ledger.finished(project=project)
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    page.locator("summary", has_text="Act on all").click()
    page.get_by_role("button", name=f"{kind}…").click()
    expect(page.get_by_role("alert")).to_contain_text("No matching task allows this action")
    look(page, "act-nothing", WIDER)
