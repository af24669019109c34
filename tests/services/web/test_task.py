"""One task: cancelled, replayed, verified, and never shown older than it was."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from task_ledger import access
from task_ledger.eventlog.append import note
from task_ledger.model.events import ErrorData, Noted, Registered, Retrying
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import RetryReason
from tests.services.web.looks import WIDER, look
from tests.services.web.site import Site, sign_in
from tests.task_ledger.server.ledger import Running


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _fields(task: dict[str, Any]) -> dict[str, str]:
    unshown = {
        "version", "digest", "updated_at", "settled", "task_id", "project_id", "waiting",
    }  # fmt: skip
    fields: dict[str, str] = {}
    for name, value in task.items():
        if name in ("progress", "retry", "error"):
            fields |= {f"{name}.{inner}": _shown(each) for inner, each in (value or {}).items()}
        elif name not in unshown:
            fields[name] = _shown(value)
    return fields


def test_a_task_in_its_countdown_is_cancelled_after_a_question(
    site: Site, page: Page, project: str
) -> None:
    task = site.enqueue("retry_until", 2, 600.0, "page-cancel", project_id=project, max_attempts=4)
    page.goto(f"{site.url}/tasks/{task}")
    status = page.locator("[data-task-status]")
    expect(status).to_have_attribute("data-task-status", "RETRY")
    expect(page.locator('[data-span="waiting"]')).to_be_visible()
    page.get_by_role("button", name="Cancel task").click()
    page.get_by_role("button", name="Keep task").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert site.task(task)["status"] == "RETRY"
    page.get_by_role("button", name="Cancel task").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel task").click()
    expect(status).to_have_attribute("data-task-status", "REVOKED")
    expect(page.locator('[data-version] >> text="failed"')).to_be_visible()
    assert site.task(task)["status"] == "REVOKED"


def test_replay_shows_the_record_of_each_version_as_the_api_folds_it(
    site: Site, page: Page, project: str
) -> None:
    task = site.ledger.register(project=project, name="replayed")
    site.ledger.start(task)
    site.ledger.progress(task, 40, "Running OCR")
    site.ledger.retry(task, countdown_s=0)
    site.ledger.start(task)
    site.ledger.complete(task, {"pages": 2, "sheet": "A-101"})
    page.goto(f"{site.url}/tasks/{task.id}?version=1")
    for version in range(1, 7):
        expect(page.locator(f'[data-as-of="{version}"]')).to_be_visible()
        shown = page.locator("[data-field]").evaluate_all(
            "all => Object.fromEntries(all.map(e => [e.dataset.field, e.dataset.value]))"
        )
        told = _fields(site.task(task.id, as_of_version=version))
        assert {name: told.get(name, "—") for name in shown} == shown, version
        assert told.keys() <= shown.keys()
        expect(page).to_have_url(re.compile(f"version={version}"))
        page.keyboard.press("ArrowRight")
    page.goto(f"{site.url}/tasks/{task.id}?version=4")
    changes = page.get_by_role("region", name="Replay").locator("tbody tr")
    expect(changes.filter(has_text="Status")).to_contain_text("PROGRESSRETRY")
    page.keyboard.press("Escape")
    expect(page.get_by_text("latest state")).to_be_visible()


def test_replay_holds_still_and_is_of_the_whole_page(site: Site, page: Page, project: str) -> None:
    task = site.ledger.register(project=project, name="held")
    site.ledger.start(task)
    site.ledger.progress(task, 40, "A step " + "with a long name " * 12)
    site.ledger.retry(task, countdown_s=0)
    site.ledger.start(task)
    site.ledger.complete(task, {"pages": list(range(40))})
    page.goto(f"{site.url}/tasks/{task.id}?version=1")
    places: set[tuple[str, int]] = set()
    for version in range(1, 7):
        expect(page.locator(f'[data-as-of="{version}"][aria-busy=false]')).to_be_visible()
        # Below the controls: a notice above them, as of a slow server, moves everything.
        controls = page.get_by_role("region", name="Replay").bounding_box()
        assert controls is not None
        for name in ("[data-events]", "[data-as-of]", "[data-field=result]"):
            box = page.locator(name).bounding_box()
            assert box is not None
            places.add((name, round(box["y"] - controls["y"])))
        expect(page.locator("[data-replayed]")).to_have_text(f"As of event {version}")
        expect(page.locator("[data-task-status]")).to_have_attribute(
            "data-task-status", site.task(task.id, as_of_version=version)["status"]
        )
        expect(page.get_by_role("region", name="Errors")).to_have_count(int(version >= 4))
        page.keyboard.press("ArrowRight")
    page.goto(f"{site.url}/tasks/{task.id}?version=5")
    changed = page.locator("[data-as-of='5'] [data-changed]")
    expect(changed.filter(has_text="Attempt started")).to_be_visible()
    expect(changed.filter(has_text="Registered")).to_have_count(0)
    expect(page.get_by_role("button", name="Comment")).to_have_count(0)
    look(page, "replay-still", WIDER)
    assert len(places) == 3, places


def test_attempts_are_lanes_with_what_was_lost_and_errors_are_compared(
    site: Site, page: Page, project: str
) -> None:
    task = site.ledger.register(project=project, name="troubled")
    for number, (reason, message) in enumerate(
        [
            (RetryReason.ERROR, "nothing for 30.0 s"),
            (RetryReason.ERROR, "nothing for 31.5 s"),
            (RetryReason.WORKER_LOST, "the worker died"),
        ]
    ):
        site.ledger.start(task)
        error = ErrorData(type=f"Error{number // 2}", message=message)
        retrying = Retrying(reason=reason, error=error, countdown_s=0)
        site.ledger.append(task, retrying, due_at=datetime.now(UTC))
    page.goto(f"{site.url}/tasks/{task.id}")
    expect(page.locator("[data-lane]")).to_have_count(4)
    expect(page.locator('[data-lane="3"] [data-span="lost"]')).to_have_count(1)
    expect(page.locator('[data-lane="4"] [data-span="queued"]')).to_have_count(1)
    groups = page.locator("[data-error-group]")
    expect(groups).to_have_count(2)
    expect(groups.nth(0)).to_contain_text("differs from attempt 2")
    expect(groups.nth(1)).to_contain_text("same error in 2 attempts")
    # Who cannot see the lanes is told them.
    lanes = page.get_by_role("img", name=re.compile("^Attempts over time"))
    expect(lanes).to_have_accessible_name(
        re.compile(r"Attempt 3: [^;]*lost; Attempt 4: [^;]*queued now$")
    )


def test_what_only_the_log_knows_is_told(site: Site, page: Page, project: str) -> None:
    due = datetime.now(UTC) + timedelta(hours=2)
    task = Running(new_task_id())
    site.owner.execute(
        "SELECT task_ledger.register(%s, %s, 'ops', clock_timestamp(), %s::json, 1, 4, %s)",
        (task.id, project, Registered(task_type="export", name="nightly").to_json(), due),
    )
    refused = Noted(kind="duplicate_delivery_refused", message="it runs", worker="worker-2")
    note(site.worker, task.id, "worker-2", refused)
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    row = page.locator(f'[data-task="{task.id}"]')
    expect(row).to_contain_text(re.compile(r"due in 1:59:\d\d"))
    row.get_by_role("link").click()
    status = page.locator("[data-task-status]")
    expect(status).to_contain_text(re.compile(r"due in 1:59:\d\d"))
    site.client.post(f"/api/v1/tasks/{task.id}/cancel", json={})
    expect(status).to_have_attribute("data-task-status", "REVOKED")
    # The record has forgotten it; its first event has not.
    assert site.task(task.id)["due_at"] is None
    record = page.get_by_label("Record").and_(page.locator("dl"))
    expect(record.locator("div", has_text="Scheduled for").locator("time")).to_have_attribute(
        "datetime", re.compile(f"^{due:%Y-%m-%dT%H:%M:%S}")
    )
    expect(record).to_contain_text("Cancelled bytester, before it ran")
    record.get_by_role("button", name="Event 2").click()
    expect(page.locator('[data-as-of="2"]')).to_be_visible()
    expect(page.get_by_role("region", name="Replay")).to_contain_text(
        "duplicate delivery refused · it runs"
    )


def test_an_event_that_is_not_there_yet_is_told(site: Site, page: Page, project: str) -> None:
    task = site.ledger.finished(project=project)
    page.goto(f"{site.url}/tasks/{task.id}?version=9")
    expect(page.locator('[data-as-of="4"]')).to_be_visible()
    expect(page.get_by_text("Event 9 does not exist yet")).to_be_visible()


def test_the_history_is_verified_and_exported_beside_it(
    site: Site, open_page: Callable[..., Page], project: str
) -> None:
    task = site.ledger.finished(project=project)
    site.caught_up()
    page = open_page(accept_downloads=True)
    page.goto(f"{site.url}/tasks/{task.id}")
    badge = page.locator("[data-verified]")
    expect(badge).to_have_text("✓ 4 events verified")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export NDJSON").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert [json.loads(line)["version"] for line in text.splitlines()] == [1, 2, 3, 4]
    with site.stack.connection.transaction():
        site.stack.connection.execute("SET LOCAL session_replication_role = replica")
        site.stack.connection.execute(
            "UPDATE task_ledger.task_event SET actor = 'nobody' WHERE task_id = %s AND version = 3",
            (task.id,),
        )
    badge.click()
    expect(badge).to_contain_text("✕ History altered at event 3")


def test_an_id_that_is_unknown_or_no_id_or_too_old_is_told_apart(
    site: Site, page: Page, project: str
) -> None:
    page.goto(f"{site.url}/tasks/{new_task_id()}")
    expect(page.get_by_text("Task not found")).to_be_visible()
    page.goto(f"{site.url}/tasks/nonsense")
    expect(page.get_by_text("is not a task ID")).to_be_visible()
    page.goto(f"{site.url}/tasks/018df123-4567-7000-8000-000000000000")
    expect(page.get_by_text("Task not found; it may be archived")).to_be_visible()


def test_a_viewer_is_offered_nothing_that_the_api_would_refuse(
    site: Site, open_page: Callable[..., Page], project: str
) -> None:
    access.create(site.owner, f"viewer-of-{project}", "viewer", [project])
    task = site.ledger.register(project=project, name="watched")
    other = site.ledger.register(project=site.make_project("other"), name="hidden")
    page = open_page(signed=False)
    sign_in(page, site, f"viewer-of-{project}")
    page.goto(f"{site.url}/tasks/{task.id}")
    expect(page.get_by_role("heading", name="watched")).to_be_visible()
    expect(page.locator("[data-verified]")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel task")).to_have_count(0)
    expect(page.get_by_role("link", name="Export")).to_have_count(0)
    page.goto(f"{site.url}/tasks/{other.id}")
    expect(page.get_by_text("Task not found")).to_be_visible()
    page.goto(f"{site.url}/projects/{other.id}")
    expect(page.get_by_text("Not found")).to_be_visible()


def test_a_task_links_to_its_trace(site: Site, page: Page, project: str) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    traceparent = f"00-{trace_id}-00f067aa0ba902b7-01"
    task = site.ledger.register(project, "Traced", traceparent=traceparent)
    page.goto(f"{site.url}/tasks/{task.id}")
    link = page.get_by_label("Record").get_by_role("link", name=trace_id)
    expect(link).to_have_attribute("href", f"https://traces.example/?id={trace_id}")
