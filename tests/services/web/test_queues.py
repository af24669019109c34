"""Queues and workers on the page, and the alarm of a queue that no worker consumes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, expect

from task_ledger import access
from task_ledger.model.events import Registered
from task_ledger.model.ids import new_task_id
from tests.services.web.looks import WIDER, look
from tests.services.web.site import SMALL_TASKS, Site, sign_in

REGISTER = "SELECT task_ledger.register(%s, %s, 'tester', %s, %s::json, 1, 3, %s)"
RENEW = "SELECT task_ledger.renew_lease(%s, %s, 'h', 7, %s, '{}', true, 'prefork', 2, %s)"


@pytest.fixture
def stranded(site: Site, project: str) -> Iterator[UUID]:
    """A task that has waited for four minutes in a queue of its own, that no worker consumes."""
    task_id = new_task_id()
    now = datetime.now(UTC)
    data = Registered(task_type="ocr_processing", name="Read A-101", queue=f"gpu-{project}")
    due_at = now - timedelta(minutes=4)
    site.owner.execute(REGISTER, (task_id, project, now, data.to_json(), due_at))
    site.caught_up()
    yield task_id
    site.client.post(f"/api/v1/tasks/{task_id}/cancel")
    site.caught_up()


def test_a_queue_without_a_worker_is_the_loudest_thing_wherever_its_tasks_are_shown(
    site: Site, page: Page, project: str, stranded: UUID
) -> None:
    queue = f"gpu-{project}"
    said = f"no worker consumes queue {queue}, waiting 4 min"
    page.goto(f"{site.url}/projects/{project}")
    row = page.locator(f'[data-task="{stranded}"]')
    expect(row).to_contain_text(said)
    look(page, "no-worker-tasks", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    row.get_by_role("link", name="Read A-101").click()
    expect(page.locator("[data-task-status]")).to_contain_text(said)
    look(page, "no-worker-task", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("[data-task-status]").get_by_role("link", name=queue).click()
    expect(page).to_have_url(f"{site.url}/queues")
    # Others without a worker may have been left by other tests.
    expect(page.locator("[data-queue]").first).to_contain_text("No worker consumes this queue")
    first = page.locator(f'[data-queue="{queue}"]')
    expect(first).to_contain_text("No worker consumes this queue")
    small = page.locator(f'[data-queue="{SMALL_TASKS}"]')
    expect(small.locator("[data-no-worker]")).to_have_count(0)
    look(page, "queues", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    first.get_by_role("link", name="Show 1 waiting task").click()
    expect(page.locator("[data-task]")).to_have_count(1)
    expect(page.locator("[data-task]")).to_contain_text(said)

    site.owner.execute(RENEW, (uuid4(), f"new@{project}", 60, [queue]))
    expect(page.locator("[data-task]")).to_contain_text("waiting for a worker")


def test_an_operator_pauses_a_queue_with_a_reason_and_resumes_it(
    site: Site, page: Page, project: str, stranded: UUID
) -> None:
    queue = f"gpu-{project}"
    page.goto(f"{site.url}/queues")
    row = page.locator(f'[data-queue="{queue}"]')
    row.get_by_role("button", name=f"Pause {queue}").click()
    dialog = page.get_by_role("dialog", name=f"Pause the queue {queue}?")
    expect(dialog).to_contain_text("wait in the outbox until it is resumed")
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog).to_be_visible()  # a reason is required
    dialog.get_by_label("Reason").fill("the provider is down")
    look(page, "queues-pause", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    dialog.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("by tester: the provider is down")
    expect(row.locator("[data-no-worker]")).to_have_count(0)
    look(page, "queues-paused", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site.url}/tasks/{stranded}")
    expect(page.locator("[data-task-status]")).to_contain_text(f"queue {queue} is paused")
    page.goto(f"{site.url}/queues")
    row.get_by_role("button", name=f"Resume {queue}").click()
    dialog = page.get_by_role("dialog", name=f"Resume the queue {queue}?")
    dialog.get_by_label("Reason").fill("it answers again")
    dialog.get_by_role("button", name="Resume").click()
    expect(row.locator("[data-no-worker]")).to_be_visible()


def test_who_sees_one_project_sees_its_waiting_tasks_and_may_not_pause(
    site: Site, open_page: Callable[..., Page], project: str, stranded: UUID
) -> None:
    access.create(site.owner, f"of {project}", "operator", [project])
    page = open_page(signed=False)
    sign_in(page, site, f"of {project}")
    page.get_by_role("navigation").get_by_role("link", name="Queues").click()
    expect(page.locator("[data-queue]")).to_have_count(1)
    expect(page.locator("[data-queue]")).to_contain_text("No worker consumes this queue")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)


def test_workers_say_what_they_run_and_gone_ones_how_they_went(
    site: Site, page: Page, project: str
) -> None:
    site.owner.execute(RENEW, (uuid4(), f"lost@{project}", 0, ["small"]))
    name = f"workers {project}"
    task_id = site.enqueue("wait_inside", name, name, project_id=project, max_attempts=1)
    site.stack.wait_reached(name)
    site.caught_up()
    page.goto(f"{site.url}/queues")
    expect(page.locator("[data-queue]").first).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page).to_have_url(f"{site.url}/workers")
    worker = page.locator('[data-worker="small@test"]')
    expect(worker).to_contain_text("alive since")
    expect(worker).to_contain_text("1 of 1")
    lost: Any = page.locator(f'[data-worker="lost@{project}"]')
    expect(lost).to_contain_text("lost")
    look(page, "workers", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    worker.get_by_role("link").first.click()
    expect(page).to_have_url(f"{site.url}/tasks/{task_id}")
    site.stack.open_gate(name)
    site.stack.ended(task_id)


def test_a_schedule_says_when_it_is_due_and_is_started_now(
    site: Site, page: Page, project: str
) -> None:
    name = f"nightly report {project}"
    site.owner.execute(
        "INSERT INTO task_ledger.beat_entry (name, last_run_at, runs, task, schedule, project_id,"
        " next_run_at, watched_until) VALUES (%s, now() - interval '5 h', 3, 'shop.report',"
        " 'crontab: 0 3 * * * (m/h/dM/MY/d)', %s, now() + interval '2 h', now() + interval '1 h'),"
        " (%s, now(), 0, 'shop.ping', 'freq: 1.00 minute', NULL, now(), now())",
        (name, project, f"ping {project}"),
    )
    page.goto(f"{site.url}/schedules")
    row = page.locator(f'[data-schedule="{name}"]')
    expect(row).to_contain_text("crontab: 0 3 * * *")
    expect(row).to_contain_text("5 h")
    expect(row.locator("[data-countdown]")).to_contain_text("1:5")
    expect(page.locator(f'[data-schedule="ping {project}"]')).to_contain_text("no beat runs")
    look(page, "schedules", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    row.get_by_role("button", name=f"Start now: {name}").click()
    dialog = page.get_by_role("dialog", name=f"Start {name} now?")
    expect(dialog).to_contain_text("The schedule does not change")
    look(page, "schedules-start", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    dialog.get_by_role("button", name="Start now").click()
    expect(row).to_contain_text("start requested by tester")
