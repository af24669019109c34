"""The tree of work on a task's page."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.services.web.looks import WIDER, look
from tests.services.web.site import Site
from tests.task_ledger.server.ledger import Running
from tests.task_ledger.server.test_tree import register


def _below(site: Site, project: str, first: Any, **lineage: Any) -> Running:
    return Running(register(site.owner, project, root_id=first, **lineage))


def test_a_task_shows_its_children_and_steps_with_what_they_wait_for(
    site: Site, page: Page, project: str
) -> None:
    first = site.ledger.register(project=project, name="Process A-101.pdf")
    site.ledger.start(first)
    site.ledger.complete(first, {"page_count": 2})
    child = _below(site, project, first.id, parent_id=first.id, queue="ocr", name="Read page 1")
    failed = _below(site, project, first.id, parent_id=child.id, name="Find the scale")
    site.ledger.start(failed)
    site.ledger.fail(failed, "no scale bar")
    _below(site, project, first.id, waits_for=[child.id], name="Take off the set")
    site.caught_up()
    page.goto(f"{site.url}/tasks/{first.id}")
    tree = page.get_by_role("region", name="Tree of work")
    expect(tree).to_contain_text("1 of 4 tasks done")
    expect(tree).to_have_attribute("data-tree", "FAILURE")
    rows = tree.locator("[data-in-tree]")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text("waiting for a worker in queue ocr for")
    expect(rows.nth(2)).to_contain_text("no scale bar")
    expect(rows.nth(3)).to_contain_text("waiting for a task")
    look(page, "tree", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    rows.nth(2).get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/tasks/{failed.id}")
    expect(page.locator("[data-in-tree][aria-current=true]")).to_contain_text("Find the scale")
    site.ledger.start(child)
    expect(rows.nth(1)).to_contain_text("STARTED")


def test_a_task_alone_shows_no_tree(site: Site, page: Page, project: str) -> None:
    task = site.ledger.finished(project=project)
    site.caught_up()
    page.goto(f"{site.url}/tasks/{task.id}")
    expect(page.get_by_role("region", name="Record")).to_be_visible()
    expect(page.get_by_role("region", name="Tree of work")).to_have_count(0)
