"""The page says up to which event a project is sealed, when, by which key, and what is not yet."""

import json
import zipfile

from playwright.sync_api import Page, expect

from task_ledger.ops.settings import Settings
from task_ledger.sealer.alarms import raise_alarm
from task_ledger.sealer.errors import SealRefused
from task_ledger.sealer.location import LogLocation, open_log
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.sealer.state import State
from tests.services.web.looks import look
from tests.services.web.site import Site
from tests.task_ledger.local.children import wait_until

PROJECT = "sealed tower"


def seal(site: Site, location: LogLocation) -> None:
    with (
        PostgresSource(site.stack.database.url_for("sealer")) as source,
        location.sealer(source) as sealer,
    ):
        sealer.tick()


def numbered(site: Site, events: int) -> None:
    """Wait until the project's timeline has so many events."""

    def has() -> bool:
        row = site.owner.execute(
            "SELECT count(*) FROM task_ledger.project_timeline WHERE project_id = %s", (PROJECT,)
        ).fetchone()
        return row == (events,)

    wait_until(has, "numbered events")


def test_the_badge_says_what_is_sealed_and_what_is_not(site: Site, page: Page) -> None:
    location = LogLocation.of(
        Settings.model_validate({"var_dir": site.system.environment["TASK_LEDGER_VAR_DIR"]})
    )
    task = site.ledger.finished(project=PROJECT)
    numbered(site, 4)
    # The page asks for the seal every half minute.
    page.clock.install()
    page.goto(f"{site.url}/projects/{PROJECT}/timeline")
    expect(page.get_by_role("main").get_by_text("completed").first).to_be_visible()
    badge = page.locator("[data-sealed]")
    expect(badge).to_have_count(0)  # nothing is sealed here at all

    key = open_log(location, "example.com/ledger").verifier.encode()
    page.reload()
    expect(badge).to_contain_text("Not sealed yet")
    seal(site, location)
    page.clock.fast_forward("00:31")
    expect(badge).to_contain_text("Sealed to event 4")
    site.ledger.register(project=PROJECT)
    numbered(site, 5)
    expect(badge).to_contain_text("1 not yet")
    badge.locator("summary").click()
    expect(badge).to_contain_text("events 1 to 4")
    expect(badge).to_contain_text(key)
    expect(badge).to_contain_text("example.com/ledger")
    look(page, "seal")
    with page.expect_download() as download:
        badge.get_by_role("link", name="Download the seal").click()
    assert b'"task-ledger seal 1"' in download.value.path().read_bytes()
    page.keyboard.press("Escape")
    expect(badge.get_by_text("events 1 to 4")).to_be_hidden()

    with page.expect_download() as download:
        page.get_by_role("link", name="Evidence").click()
    assert {"events.ndjson", "seal.json", "check_export.py", "report.html", "report.pdf"} <= set(
        zipfile.ZipFile(download.value.path()).namelist()
    )

    page.locator("summary").get_by_text("Period", exact=True).click()
    page.get_by_label("From").fill("2026-01-02T00:00:00")
    page.get_by_label("Until").fill("2026-01-01T00:00:00")
    expect(page.get_by_role("alert").get_by_text("ends before it begins")).to_be_visible()
    page.get_by_label("Until").fill("2026-01-03T00:00:00")
    look(page, "evidence-period")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download evidence").click()
    with zipfile.ZipFile(download.value.path()) as pack:
        manifest = json.loads(pack.read("manifest.json"))
    assert (manifest["since"], manifest["events_in_report"]) == ("2026-01-02T00:00:00+00:00", 0)

    page.goto(f"{site.url}/tasks/{task.id}")
    expect(badge).to_contain_text("Sealed to event 4")
    look(page, "seal-task")

    # What the sealer finds shows on the page too.
    state = State(location.state)
    raise_alarm(state, SealRefused("its timeline ends at 2", PROJECT), 1_796_000_000)
    state.close()
    page.clock.fast_forward("00:31")
    expect(badge).to_contain_text("Sealing has stopped")
