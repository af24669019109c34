"""Twenty tasks of an incident, each given in words, and done with few clicks or one query.

Each begins at the first view. Its docstring is the task as it is given; docs/web.md lists it with
the clicks and queries that the page has counted.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from task_ledger.model.transitions import Status
from tests.services.web import effort, incident
from tests.services.web.incident import Incident, prepare
from tests.services.web.site import REPOSITORY, Site
from tests.task_ledger.server.processes import eventually


@pytest.fixture(scope="module")
def was(site: Site) -> Incident:
    """The incident, brought about once."""
    return prepare(site)


@pytest.fixture(scope="module")
def console(browser: Browser, signed_in: Any) -> Iterator[Page]:
    """The page of an engineer on call, which counts what is done on it."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, storage_state=signed_in, timezone_id="UTC"
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    effort.count_on(page)
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def page(
    site: Site, was: Incident, console: Page, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The first view; checks afterwards that the effort is in bounds and as the document states."""
    effort.begin(console, site.url)
    yield console
    spent = effort.spent(console)
    effort.check(spent)
    words = " ".join((request.function.__doc__ or "").split())
    assert effort.published().get(words) == spent, (
        f"docs/web.md must have: | {words} | {spent.clicks} | {spent.queries} |"
    )


def _view(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Views").get_by_role("link", name=name, exact=True).click()


def _ask(page: Page, query: str) -> Locator:
    """Enter a query; the rows it finds."""
    page.locator("[data-search]").fill(query)
    page.keyboard.press("Enter")
    return page.locator("[data-task]")


def _act(page: Page, kind: str, confirm: str, reason: str) -> Locator:
    """Act on all that match the list; the dialog that shows the progress."""
    page.locator("summary", has_text="Act on all").click()
    page.get_by_role("button", name=f"{kind}…").click()
    dialog = page.get_by_role("dialog", name=kind)
    dialog.get_by_label("Reason (optional)").fill(reason)
    dialog.get_by_role("button", name=confirm).click()
    return dialog


def _ids(rows: Locator) -> set[str]:
    return {row.get_attribute("data-task") or "" for row in rows.all()}


def _last(site: Site, task: object, kind: str) -> dict[str, Any]:
    """The last event of a kind in the log."""
    events = site.client.get(f"/api/v1/tasks/{task}/events").json()["events"]
    return next(event for event in reversed(events) if event["type"] == kind)


def test_same_error_run_again(site: Site, page: Page, was: Incident) -> None:
    """Which customer's drawings failed last Tuesday night with the same error? Run them again."""
    _view(page, "Failures")
    group = page.locator("[data-fingerprint]").filter(has_text="shows no bar scale")
    first = was.night + timedelta(minutes=29)
    expect(group).to_contain_text(f"{first:%m-%d %H:%M}")
    group.get_by_role("link", name="Show 6 tasks").click()
    rows = page.locator("[data-task]")
    expect(rows).to_have_count(6)
    assert _ids(rows) == {str(task) for task in was.no_scale}
    expect(page.locator("[data-in-common]")).to_contain_text("customer acme")
    dialog = _act(page, "Run again", "Run 6 tasks again", "scale bars are found again")
    expect(dialog.locator("[data-action=ended]")).to_contain_text("6 of 6 run again")
    for task in was.no_scale:
        note = _last(site, task, "noted")
        assert note["actor"] == "tester"
        assert "scale bars are found again" in str(note["data"])
    again = site.client.get(
        f"/api/v1/tasks/project/{incident.RIVERSIDE}",
        params={"query": "actor:tester type:scale_detection"},
    )

    def succeeded() -> bool:
        tasks = [site.task(task["task_id"]) for task in again.json()["tasks"]]
        return [task["status"] for task in tasks] == [Status.SUCCESS] * 6

    eventually("all six have run again", succeeded)


def test_since_which_release(page: Page, was: Incident) -> None:
    """Since which release do sheets fail for want of a scale bar, and when did the first one?"""
    _view(page, "Failures")
    group = page.locator("[data-fingerprint]").filter(has_text="shows no bar scale")
    first = was.night + timedelta(minutes=29)
    expect(group).to_contain_text(f"{first:%m-%d %H:%M}")
    group.get_by_role("link", name="Show 6 tasks").click()
    expect(page.locator("[data-in-common]")).to_contain_text(f"release {incident.RELEASE}")


def test_unconsumed_queue(page: Page, was: Incident) -> None:
    """Which queue does no worker consume, what waits in it, and since when?"""
    _view(page, "Queues")
    alarm = page.locator("[data-queue]").filter(has_text="No worker consumes this queue")
    row = alarm.and_(page.locator(f'[data-queue="{incident.STUCK}"]'))
    expect(row).to_contain_text(re.compile(r"[45] min"))
    row.get_by_role("link", name="Show 4 waiting tasks").click()
    rows = page.locator("[data-task]")
    expect(rows).to_have_count(4)
    assert _ids(rows) == {*map(str, was.stuck), str(was.drawing[1])}


def test_lost_worker(page: Page, was: Incident) -> None:
    """Which worker was lost, and what was it working on?"""
    _view(page, "Workers")
    row = page.locator(f'[data-worker="{incident.LOST}"]')
    expect(row).to_have_attribute("data-state", "lost")
    task = row.get_by_role("link", name="Read B-401")
    expect(task).to_have_attribute("href", f"/tasks/{was.lost}")


def test_failed_with_their_worker(page: Page, was: Incident) -> None:
    """Which tasks of the last day, in any project, failed because their worker died?"""
    _view(page, "Tasks")
    rows = _ask(page, "reason:worker_lost status:FAILURE after:1d")
    expect(rows.and_(page.locator(f'[data-task="{was.lost}"]'))).to_contain_text("Read B-401")


def test_slower_than_usual(page: Page, was: Incident) -> None:
    """Which tasks run longer than tasks of their type usually do?"""
    _view(page, "Tasks")
    row = _ask(page, "is:slow").and_(page.locator(f'[data-task="{was.slow}"]'))
    expect(row).to_contain_text("usually under 0:01 (p95)")


def test_end_of_an_id(page: Page, was: Incident) -> None:
    """A customer quotes the last eight characters of a task's id: what became of it, and why?"""
    _view(page, "Tasks")
    rows = _ask(page, str(was.no_answer)[-8:])
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-status", "FAILURE")
    expect(rows).to_contain_text("TimeoutError: the provider hung up after 30 s")


def test_attempts_so_far(page: Page, was: Incident) -> None:
    """The comparison on B-300 is late: how often was it tried, why is it not done, and when
    next?
    """
    _view(page, "Tasks")
    _ask(page, 'name:"Compare providers on B-300"').get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(str(was.counting_down[0])))
    status = page.locator("[data-task-status=RETRY]")
    expect(status).to_contain_text(re.compile(r"5\d:\d\d"))
    expect(page.get_by_label("Record", exact=True).last).to_contain_text("1 of 2")
    expect(page.get_by_text("ConnectionError").first).to_be_visible()


def test_how_far_it_came(page: Page, was: Incident) -> None:
    """How far had the reading of B-401 come when its worker died?"""
    _view(page, "Tasks")
    _ask(page, 'name:"Read B-401"').get_by_role("link").first.click()
    page.locator('[data-version="3"]').get_by_role("button").first.click()
    expect(page.locator("[data-replayed]")).to_contain_text("As of event 3")
    status = page.locator("[data-task-status=PROGRESS]")
    expect(status).to_contain_text("Reading page 3")
    expect(status.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "60")


def test_who_cancelled(page: Page, was: Incident) -> None:
    """Who cancelled the take-off of the slab, and why?"""
    _view(page, "Tasks")
    rows = _ask(page, "status:REVOKED slab")
    expect(rows).to_contain_text("cancelled by carl")
    rows.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(str(was.cancelled)))
    expect(page.locator("[data-version]").filter(has_text="wrong drawing")).to_contain_text("carl")


def test_what_holds_it_up(page: Page, was: Incident) -> None:
    """The drawing A-601 is not finished: which part of it holds it up, and where does it wait?"""
    _view(page, "Tasks")
    _ask(page, 'name:"Process A-601.pdf"').get_by_role("link").first.click()
    tree = page.get_by_role("region", name="Tree of work")
    expect(tree).to_contain_text("2 of 3 tasks done")
    row = tree.locator(f'[data-in-tree="{was.drawing[1]}"]')
    expect(row).to_contain_text(f"no worker consumes queue {incident.STUCK}")


def test_worst_day(page: Page, was: Incident) -> None:
    """On which day of the last month did most tasks of Riverside Tower fail? Which were they?"""
    page.get_by_role("link", name="Riverside Tower").click()
    _view(page, "Charts")
    page.get_by_role("button", name="31 days").click()
    failures = page.get_by_role("figure", name="Failures and retries")
    failures.get_by_text("Show as table").click()
    day = failures.get_by_role("row").filter(has=page.get_by_role("cell", name="6", exact=True))
    expect(day.get_by_role("rowheader")).to_contain_text(f"{was.night:%m-%d}")
    day.get_by_role("link").click()
    failed = page.locator("[data-status=FAILURE]")
    expect(failed).to_have_count(6)
    assert _ids(failed) == {str(task) for task in was.no_scale}


def test_what_people_did(page: Page, was: Incident) -> None:
    """What have people done to the tasks of Riverside Tower since yesterday, and why?"""
    page.get_by_role("link", name="Riverside Tower").click()
    _view(page, "Timeline")
    page.locator("[data-search]").fill("event:cancel_requested,retry_requested,noted after:1d")
    page.keyboard.press("Enter")
    cancel = page.locator("[data-seq]").filter(has_text="carl")
    expect(cancel).to_contain_text("Take off slab on grade")
    expect(cancel).to_contain_text("wrong drawing")


def test_trusted_history(page: Page, was: Incident, tmp_path: Path) -> None:
    """Is the history of B-101 as it was written? Take it away, and check it without the ledger."""
    _view(page, "Tasks")
    _ask(page, 'name:"Scale of B-101"').get_by_role("link").first.click()
    expect(page.locator("[data-verified=true]")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export NDJSON").click()
    file = tmp_path / "export.ndjson"
    download.value.save_as(file)
    check = [sys.executable, str(REPOSITORY / "docs/check_export.py"), str(file)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(was.no_answer) in file.read_text(encoding="utf-8")


def test_end_countdowns(site: Site, page: Page, was: Incident) -> None:
    """The provider answers again: try everything now that waits for it."""
    _view(page, "Tasks")
    rows = _ask(page, "status:RETRY type:provider_comparison error:~ConnectionError")
    expect(rows).to_have_count(2)
    dialog = _act(page, "Retry now", "Retry 2 tasks now", "the provider answers again")
    expect(dialog.locator("[data-action=ended]")).to_contain_text("2 of 2 retried")
    for task in was.counting_down:
        event = _last(site, task, "retry_requested")
        assert (event["actor"], event["data"]["reason"]) == ("tester", "the provider answers again")
        site.stack.ended(task)
        assert site.task(task)["status"] == Status.SUCCESS


def test_cancel_of_a_customer(site: Site, page: Page, was: Incident) -> None:
    """Cancel everything that has not ended for the customer citra, in every project."""
    _view(page, "Tasks")
    rows = _ask(page, "meta.customer:citra is:open")
    expect(rows).to_have_count(4)
    dialog = _act(page, "Cancel", "Cancel 4 tasks", "citra has withdrawn its drawings")
    expect(dialog.locator("[data-action=ended]")).to_contain_text("4 of 4 cancelled")
    for task in was.asked_by_citra:
        event = _last(site, task, "cancel_requested")
        assert event["actor"] == "tester"
        assert event["data"]["reason"] == "citra has withdrawn its drawings"
        assert site.task(task)["status"] == Status.REVOKED


def test_resume_a_queue(site: Site, page: Page, was: Incident) -> None:
    """Which queue is paused, by whom and why? Let it go on."""
    _view(page, "Queues")
    row = page.locator("[data-queue]").filter(has_text="by dora: the printer is out of paper")
    expect(row).to_have_attribute("data-queue", incident.PAUSED)
    row.get_by_role("button", name="Resume").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("there is paper again")
    dialog.get_by_role("button", name="Resume").click()
    expect(row).to_have_count(0)
    eventually("the message is sent", lambda: _in_outbox(site, was.paused) == 0)
    assert "there is paper again" in site.client.get("/api/v1/access-log").text


def _in_outbox(site: Site, task: object) -> int:
    row = site.owner.execute(
        "SELECT count(*) FROM task_ledger.outbox WHERE task_id = %s", (task,)
    ).fetchone()
    assert row is not None
    return row[0]


def test_start_a_schedule(site: Site, page: Page) -> None:
    """When did the nightly quantities last run? Start them now."""
    _view(page, "Schedules")
    row = page.locator(f'[data-schedule="{incident.SCHEDULE}"]')
    expect(row).to_contain_text("9 h")
    row.get_by_role("button", name="Start now").click()
    page.get_by_role("dialog").get_by_role("button", name="Start now").click()
    expect(row).to_contain_text("start requested by tester")
    assert incident.SCHEDULE in site.client.get("/api/v1/access-log").text


def test_mark_handled(site: Site, page: Page, was: Incident) -> None:
    """The provider's silence is dealt with: say so to everybody who finds that failure."""
    _view(page, "Failures")
    group = page.locator("[data-fingerprint]").filter(has_text="the provider hung up after 30 s")
    group.get_by_role("button", name="Mark handled").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Comment (optional)").fill("their quota was raised")
    dialog.get_by_role("button", name="Mark handled").click()
    expect(group).to_have_count(0)
    fingerprint = site.task(was.no_answer)["fingerprint"]
    handled = site.client.get(f"/api/v1/projects/{incident.HARBOUR}/failures/{fingerprint}").json()
    assert handled["handled"]["comment"] == "their quota was raised"


def test_run_one_again(site: Site, page: Page, was: Incident) -> None:
    """The page of B-202 has been turned: run its task again, and see how the new one ends."""
    _view(page, "Tasks")
    _ask(page, 'status:FAILURE name:"Scale of B-202"').get_by_role("link").first.click()
    page.get_by_role("button", name="Run again").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason (optional)").fill("page 3 was turned")
    dialog.get_by_role("button", name="Run again").click()
    page.locator("[data-run-again]").get_by_role("link").click()
    expect(page).not_to_have_url(re.compile(str(was.unread)))
    expect(page.locator("[data-task-status=SUCCESS]")).to_be_visible()
    again = site.task(page.url.rsplit("/", 1)[1])
    assert again["rerun_of"] == str(was.unread)
    assert "page 3 was turned" in str(_last(site, was.unread, "noted")["data"])


def test_the_document_lists_these_tasks_and_no_others() -> None:
    words = [" ".join(test.__doc__.split()) for test in _tests() if test.__doc__ is not None]
    assert len(words) == 20
    assert sorted(effort.published()) == sorted(words)


def _tests() -> list[Callable[..., None]]:
    return [value for name, value in globals().items() if name.startswith("test_")]
