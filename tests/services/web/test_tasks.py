"""The list of tasks: what it shows is never older than what it has shown, and stays in place."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.services.web.site import Site
from tests.services.web.switching import switch_project

RECORD_STATUSES = """
window.seen = [];
const look = () => {
  for (const e of document.querySelectorAll('[data-task][data-status],[data-task-status]')) {
    const status = e.dataset.status ?? e.dataset.taskStatus;
    if (window.seen.at(-1) !== status) window.seen.push(status);
  }
};
new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
"""

RECORD_COUNTDOWNS = """
window.counted = [];
new MutationObserver(() => {
  const text = document.querySelector('[data-countdown]')?.textContent;
  const left = text && Number(text.split(':').at(-1));
  if (left && window.counted.at(-1) !== left) window.counted.push(left);
}).observe(document, {subtree: true, childList: true, characterData: true});
"""


def _names(page: Page) -> list[str]:
    return page.locator("[data-task] a").all_inner_texts()


def test_a_retry_counts_down_on_the_servers_clock_and_is_never_a_failure(
    site: Site, page: Page, project: str
) -> None:
    page.add_init_script(RECORD_STATUSES)
    page.add_init_script(RECORD_COUNTDOWNS)
    # A machine whose clock is an hour wrong.
    page.add_init_script("const now = Date.now; Date.now = () => now.call(Date) + 3_600_000;")
    page.goto(f"{site.url}/projects/{project}")
    expect(page.get_by_text("No tasks yet")).to_be_visible()
    task = site.enqueue("retry_until", 2, 8.0, "page-retry", project_id=project, max_attempts=4)
    row = page.locator(f'[data-task="{task}"]')
    expect(row).to_have_attribute("data-status", "SUCCESS")
    expect(row).to_contain_text("2/4")
    seen = page.evaluate("window.seen")
    assert "FAILURE" not in seen
    assert next(status for status in seen if status in ("RETRY", "SUCCESS")) == "RETRY"
    counted = page.evaluate("window.counted")
    assert len(counted) > 1
    assert counted == sorted(counted, reverse=True)
    assert counted[0] <= 8


def test_filters_are_in_the_address_and_survive_reload_and_back(
    site: Site, page: Page, project: str
) -> None:
    failed = site.ledger.register(project=project, name="reads A-101")
    site.ledger.start(failed)
    site.ledger.fail(failed, "no such page")
    site.ledger.finished(project=project, name="reads A-102")
    site.ledger.finished(project=project, name="splits A-103")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(3)
    page.get_by_role("button", name=re.compile("SUCCESS")).click()
    expect(page.locator("[data-task]")).to_have_count(2)
    page.get_by_role("combobox", name="Search tasks").fill("reads")
    expect(page.locator("[data-task]")).to_have_count(1)
    assert _names(page) == ["reads A-102"]
    expect(page).to_have_url(re.compile(r"status=SUCCESS.*query=reads|query=reads.*status=SUCCESS"))
    page.reload()
    expect(page.locator("[data-task]")).to_have_count(1)
    expect(page.get_by_role("combobox", name="Search tasks")).to_have_value("reads")
    expect(page.get_by_role("button", name=re.compile("SUCCESS"))).to_have_attribute(
        "aria-pressed", "true"
    )
    page.go_back()
    expect(page.locator("[data-task]")).to_have_count(2)
    expect(page.get_by_role("combobox", name="Search tasks")).to_have_value("")
    page.go_back()
    expect(page.locator("[data-task]")).to_have_count(3)


def test_a_list_is_ordered_by_its_heads_and_its_columns_are_in_the_address(
    site: Site, page: Page, project: str
) -> None:
    running = [site.ledger.register(project=project, name=f"task {n}") for n in range(4)]
    for task in running[:3]:
        site.ledger.start(task)
    for n in (1, 2, 0):
        site.ledger.complete(running[n])
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(4)
    assert _names(page) == ["task 3", "task 2", "task 1", "task 0"]
    page.get_by_role("button", name="Age").click()
    expect(page.get_by_role("columnheader", name="Age")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(page.locator("[data-task] a").first).to_have_text("task 0")
    page.locator("summary", has_text="Columns").click()
    page.get_by_label("Ended").check()
    page.get_by_label("Worker").uncheck()
    expect(page.get_by_role("columnheader", name="Worker")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ended").click()
    # Only what has ended has an end.
    expect(page.locator("[data-task]")).to_have_count(3)
    expect(page.get_by_text("3 of 3 loaded")).to_be_visible()
    assert _names(page) == ["task 0", "task 2", "task 1"]
    # A task that never started took nothing, however busy the machine is.
    site.client.post(f"/api/v1/tasks/{running[3].id}/cancel", json={}).raise_for_status()
    expect(page.locator("[data-fresh]")).to_have_text("1 new")
    page.reload()
    expect(page.locator("[data-task]")).to_have_count(4)
    assert _names(page) == ["task 3", "task 0", "task 2", "task 1"]
    heads = ["Status", "Task", "Attempt", "Details", "Age", "Ended ▴", "Duration"]
    assert page.get_by_role("columnheader").all_inner_texts() == heads
    page.get_by_label("Order").select_option("longest")
    expect(page).to_have_url(re.compile(r"order=longest.*columns=|columns=.*order=longest"))
    # The longest began first and ended last.
    expect(page.locator("[data-task] a").first).to_have_text("task 0")
    page.go_back()
    expect(page.locator("[data-task] a").first).to_have_text("task 3")


def test_the_columns_that_were_chosen_are_kept_for_the_browser_and_an_address_goes_before_them(
    site: Site, page: Page, project: str
) -> None:
    site.ledger.finished(project=project)
    site.caught_up()
    address = f"{site.url}/projects/{project}"
    heads = page.get_by_role("columnheader")
    page.goto(f"{address}?columns=doing&columns=took")
    expect(heads).to_have_text(["Status", "Task", "Details", "Duration"])
    page.locator("summary", has_text="Columns").click()
    page.get_by_label("Worker").check()
    expect(heads).to_have_text(["Status", "Task", "Details", "Worker", "Duration"])
    page.goto(f"{address}?columns=attempt")
    expect(heads).to_have_text(["Status", "Task", "Attempt"])
    page.goto(address)
    expect(heads).to_have_text(["Status", "Task", "Details", "Worker", "Duration"])
    # Whoever gets this address sees the same.
    expect(page).to_have_url(re.compile("columns=doing&columns=worker&columns=took"))
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("button", name="Reset columns").click()
    first = ["Status", "Task", "Attempt", "Details", "Worker", "Age ▴", "Duration"]
    expect(heads).to_have_text(first)
    page.goto(address)
    expect(heads).to_have_text(first)
    expect(page).not_to_have_url(re.compile("columns="))


def test_another_project_is_looked_at_in_the_same_view(
    site: Site, page: Page, project: str
) -> None:
    other = site.make_project(f"beside {project}")
    page.goto(f"{site.url}/projects/{project}/timeline")
    expect(page.get_by_role("heading", name="Timeline")).to_be_attached()
    switch_project(page, other)
    expect(page).to_have_url(f"{site.url}/projects/{other}/timeline")
    expect(page.get_by_text("No events yet")).to_be_visible()


def test_what_matches_nothing_offers_each_filter_to_be_taken_away(
    site: Site, page: Page, project: str
) -> None:
    site.ledger.finished(project=project, name="reads A-101")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}?status=FAILURE&query=reads")
    expect(page.get_by_text("No matching tasks")).to_be_visible()
    page.get_by_role("button", name="Remove filter: status FAILURE").click()
    expect(page.locator("[data-task]")).to_have_count(1)


def test_new_tasks_wait_and_nothing_moves_until_they_are_asked_for(
    site: Site, page: Page, project: str
) -> None:
    site.ledger.finished(project=project, name="first")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(1)
    for name in ("second", "third"):
        site.ledger.register(project=project, name=name)
    expect(page.locator("[data-fresh]")).to_have_text("2 new")
    assert _names(page) == ["first"]
    page.locator("[data-fresh]").click()
    expect(page.locator("[data-task]")).to_have_count(3)
    assert _names(page) == ["third", "second", "first"]


def test_a_paused_list_stands_still_and_then_goes_on(site: Site, page: Page, project: str) -> None:
    task = site.ledger.register(project=project, name="slow")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    row = page.locator(f'[data-task="{task.id}"]')
    expect(row).to_have_attribute("data-status", "PENDING")
    expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    page.get_by_role("button", name="Pause").click()
    site.ledger.start(task)
    expect(page.locator("[data-paused]")).to_have_text("Paused · 1 change pending")
    # Longer than it takes until a change is shown where nothing is paused.
    page.wait_for_timeout(1500)
    assert row.get_attribute("data-status") == "PENDING"
    page.get_by_role("button", name="Resume").click()
    expect(row).to_have_attribute("data-status", "STARTED")


def test_an_older_answer_that_comes_late_is_not_shown(site: Site, page: Page, project: str) -> None:
    task = site.ledger.register(project=project, name="read")
    site.ledger.start(task)
    site.caught_up()
    old = site.client.get(f"/api/v1/tasks/project/{project}").text
    site.ledger.complete(task, {"pages": 2})
    site.caught_up()
    page.add_init_script(RECORD_STATUSES)
    page.goto(f"{site.url}/projects/{project}")
    row = page.locator(f'[data-task="{task.id}"]')
    expect(row).to_have_attribute("data-status", "SUCCESS")
    late: list[str] = []

    def answer_late(route: Any) -> None:
        route.fulfill(body=old, content_type="application/json")
        late.append(route.request.url)

    # The list asks for its head every few seconds; it gets what was true before.
    page.route(f"**/tasks/project/{project}**", answer_late)
    site.ledger.register(project=project, name="another")
    deadline = time.monotonic() + 30
    while not late and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    page.unroute(f"**/tasks/project/{project}**")
    expect(page.locator("[data-fresh]")).to_have_text("1 new")
    assert late
    expect(row).to_have_attribute("data-status", "SUCCESS")
    assert page.evaluate("window.seen") == ["SUCCESS"]


def test_the_list_is_used_by_keyboard(site: Site, page: Page, project: str) -> None:
    tasks = [site.ledger.finished(project=project, name=f"task {n}") for n in range(3)]
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    chosen = page.locator('[aria-selected="true"]')
    expect(chosen).to_have_attribute("data-task", str(tasks[1].id))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tasks/{tasks[1].id}"))
    expect(page.get_by_role("heading", name="task 1")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile(f"/projects/{project}/timeline"))
    # A g that another view has heard is not waited for.
    expect(page.locator("[data-seq]").first).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Drawings")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.locator("[data-task]")).to_have_count(3)
    page.keyboard.press("/")
    page.keyboard.type("task 2j")
    expect(page.get_by_role("combobox", name="Search tasks")).to_have_value("task 2j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Search tasks")).to_have_value("")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_id_that_is_pasted_opens_its_task(site: Site, page: Page, project: str) -> None:
    task = site.ledger.finished(project=project, name="pasted")
    page.goto(f"{site.url}/projects/{project}")
    page.get_by_role("combobox", name="Search tasks").fill(str(task.id))
    expect(page.get_by_role("heading", name="pasted")).to_be_visible()


@pytest.mark.parametrize("path", ["", "/timeline", "/drawings"])
def test_without_a_session_the_page_says_how_to_sign_in(
    site: Site, open_page: Callable[..., Page], project: str, path: str
) -> None:
    page = open_page(signed=False)
    page.goto(f"{site.url}/projects/{project}{path}")
    expect(page.get_by_text("You are signed out")).to_be_visible()
    expect(page.get_by_text("one-time link")).to_be_visible()


def test_a_page_of_several_parts_says_once_that_nobody_is_signed_in(
    site: Site, open_page: Callable[..., Page], project: str
) -> None:
    page = open_page(signed=False)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/session", hold)
    page.goto(f"{site.url}/projects/{project}/drawings")
    signed_out = page.get_by_text("You are signed out")
    expect(signed_out.first).to_be_visible()
    expect(signed_out).to_have_count(1)
    assert held, "the parts were refused before the session was"
