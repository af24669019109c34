"""The page says which months have left, and that a task of them is in an archive."""

from pathlib import Path

import psycopg
from playwright.sync_api import Page, expect

from task_ledger.archive.retiring import retire_month
from task_ledger.archive.store import open_archives
from tests.services.web.looks import look
from tests.services.web.site import Site
from tests.task_ledger.archive.months import MONTH, ended, let_old_ids_in
from tests.task_ledger.local.children import wait_until

PROJECT = "retired tower"


def test_a_retired_month_is_named_where_its_tasks_were(
    site: Site, page: Page, tmp_path: Path
) -> None:
    database = site.stack.database
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        let_old_ids_in(superuser)
    tasks = [ended(site.owner, PROJECT), ended(site.owner, PROJECT)]
    counted = "SELECT seq FROM task_ledger.project_head WHERE project_id = %s"
    wait_until(lambda: site.owner.execute(counted, (PROJECT,)).fetchone() == (8,), "numbers")
    retire_month(site.owner, MONTH, open_archives(str(tmp_path)), None, actor="anna")

    page.goto(f"{site.url}/tasks/{tasks[0]}")
    expect(page.get_by_role("alert")).to_contain_text("This task is in an archive")
    expect(page.locator("[data-retired-task]")).to_contain_text(f"for the archive {MONTH}")
    look(page, "retired-task")

    page.goto(f"{site.url}/projects/{PROJECT}")
    expect(page.get_by_role("main")).to_contain_text("2 tasks of this project are in archives")
    retired = page.locator("[data-retired]")
    expect(retired).to_contain_text("2 older tasks in archives")
    retired.locator("summary").click()
    expect(retired.get_by_role("row").nth(1)).to_contain_text(str(MONTH))
    look(page, "retired-tasks")

    page.goto(f"{site.url}/projects/{PROJECT}/timeline")
    expect(page.locator("[data-retired]")).to_contain_text("2 older tasks in archives")
    expect(page.get_by_role("main")).to_contain_text("8 events of this project are in archives")
    page.locator("[data-retired] summary").click()
    look(page, "retired-timeline")
