"""Pages that wait to be read say in which queue, since when, and whether no worker consumes it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.services.web.drawings.conftest import WAIT_MS
from tests.services.web.looks import look
from tests.services.web.site import Site
from tests.services.workers.sets.drawings import written_set
from tests.task_ledger.server.test_tree import register


def test_a_page_that_waits_says_in_which_queue_and_that_no_worker_consumes_it(
    site: Site, page: Page, project: str, tmp_path: Path
) -> None:
    document = site.system.upload(written_set(tmp_path, 2), project)["document_id"]
    pages = site.system.read_pages(document)
    for each, queue in zip(pages, ("ocr", "ocr-elsewhere"), strict=True):
        register(
            site.owner,
            project,
            queue=queue,
            name=f"Read page {each['number']}",
            entity={"type": "page", "id": each["id"]},
        )
    page.goto(f"{site.url}/projects/{project}/drawings")
    taken, stuck = (page.locator(f"[data-page='{each['id']}']") for each in pages)
    expect(taken).to_contain_text("waiting for a worker in queue ocr for", timeout=WAIT_MS)
    alarm = stuck.locator("[data-no-worker]")
    expect(alarm).to_contain_text(
        "no worker consumes queue ocr-elsewhere, waiting", timeout=WAIT_MS
    )
    expect(taken.locator("[data-no-worker]")).to_have_count(0)
    look(page, "drawings-waiting")
