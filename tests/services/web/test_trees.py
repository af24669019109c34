"""The list of trees: first tasks with the state of what is below them, which can be unfolded."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from task_ledger.eventlog.append import request_cancel
from tests.services.web.looks import WIDER, look
from tests.services.web.site import Site
from tests.task_ledger.server.ledger import Running
from tests.task_ledger.server.processes import eventually
from tests.task_ledger.server.test_tree import register


def _tree(site: Site, project: str) -> tuple[Running, list[Running]]:
    """A task that has succeeded, with a child that runs, one that failed and one that waits."""
    first = site.ledger.register(project=project, name="Process A-101.pdf")
    site.ledger.start(first)
    site.ledger.complete(first, {"page_count": 3})
    below = [
        Running(
            register(
                site.owner,
                project,
                parent_id=first.id,
                root_id=first.id,
                queue="ocr",
                name=f"Read page {page}",
            )
        )
        for page in (1, 2, 3)
    ]
    site.ledger.start(below[0])
    site.ledger.start(below[1])
    site.ledger.fail(below[1], "no scale bar")
    return first, below


def _below(site: Site, project: str, first: Running, tasks: int) -> None:
    for _ in range(tasks):
        register(site.owner, project, parent_id=first.id, root_id=first.id, name="Read a page")


def _top_and_bottom(shown: Locator) -> tuple[float, float]:
    box = shown.bounding_box()
    assert box
    return box["y"], box["y"] + box["height"]


def _row(page: Page, task: Running) -> Locator:
    return page.locator(f'[data-task="{task.id}"]')


def test_trees_are_listed_by_a_switch_kept_in_the_address(
    site: Site, page: Page, project: str
) -> None:
    first, below = _tree(site, project)
    alone = site.ledger.finished(project=project)
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(5)
    page.get_by_role("button", name="Trees", exact=True).click()
    expect(page).to_have_url(re.compile(r"[?&]trees=1"))
    expect(page.locator("[data-task]")).to_have_count(2)
    row = _row(page, first)
    expect(row).to_contain_text("1 of 4 done")
    expect(row.locator("[data-tree-state]")).to_have_attribute("data-tree-state", "FAILURE")
    expect(row).to_contain_text("running for")
    expect(_row(page, alone)).to_contain_text("1 of 1 done")
    expect(_row(page, alone).get_by_role("button", name="Tasks below")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-task]")).to_have_count(2)
    # The state follows what happens below, which changes nothing in the first task.
    site.ledger.complete(below[0], None)
    expect(row).to_contain_text("2 of 4 done")
    page.get_by_role("button", name="Tasks", exact=True).click()
    expect(page.locator("[data-task]")).to_have_count(5)
    expect(page).not_to_have_url(re.compile("trees"))


def test_a_row_unfolds_to_what_is_below_it_and_leads_there(
    site: Site, page: Page, project: str
) -> None:
    first, below = _tree(site, project)
    other = site.ledger.finished(project=project)
    site.caught_up()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/projects/{project}?trees=1")
    unfold = page.get_by_role("button", name="Tasks below Process A-101.pdf")
    expect(unfold).to_have_attribute("aria-expanded", "false")
    assert not any("/tree" in url for url in asked)
    unfold.focus()
    page.keyboard.press("Enter")
    expect(unfold).to_have_attribute("aria-expanded", "true")
    shown = page.get_by_role("list", name="Tasks below Process A-101.pdf")
    expect(shown.locator("[data-in-tree]")).to_have_count(3)
    expect(shown).to_contain_text("no scale bar")
    expect(shown).to_contain_text("waiting for a worker in queue ocr for")
    look(page, "trees", WIDER)
    page.set_viewport_size({"width": 1280, "height": 800})
    # Rows lie under each other.
    lower, upper = _row(page, first).bounding_box(), _row(page, other).bounding_box()
    box = shown.bounding_box()
    assert lower
    assert upper
    assert box
    assert upper["y"] + upper["height"] <= lower["y"] + 1
    assert lower["y"] + lower["height"] <= box["y"] + 1
    shown.get_by_role("link", name="Read page 2").click()
    expect(page).to_have_url(f"{site.url}/tasks/{below[1].id}")


def test_acting_on_all_that_a_list_of_trees_shows_leaves_out_what_is_below(
    site: Site, page: Page, project: str
) -> None:
    _tree(site, project)
    waiting = site.ledger.register(project=project, name="Not started")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}?trees=1")
    expect(_row(page, waiting)).to_contain_text("not started")
    page.locator("summary", has_text="Act on all").click()
    page.get_by_role("button", name="Cancel…").click()
    # Below the first task, two have not ended.
    expect(page.get_by_role("dialog", name="Cancel")).to_contain_text("1 task will be cancelled")


def test_trees_of_all_projects_are_listed(
    site: Site, open_page: Callable[..., Page], project: str
) -> None:
    first, _ = _tree(site, project)
    site.caught_up()
    page = open_page(width=390, height=844)
    page.goto(f"{site.url}/tasks?trees=1")
    row = _row(page, first)
    expect(row).to_contain_text("1 of 4 done")
    row.get_by_role("button", name="Tasks below").click()
    expect(page.get_by_role("list", name="Tasks below")).to_contain_text("Read page 3")
    look(page, "trees-all", {390: 844})


def test_an_unfolded_tree_that_grows_pushes_the_rows_below_it_down(
    site: Site, page: Page, project: str
) -> None:
    first = site.ledger.register(project=project, name="Growing")
    _below(site, project, first, 1)
    other = site.ledger.register(project=project)
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}?trees=1&order=oldest")
    page.get_by_role("button", name="Tasks below Growing").click()
    shown = page.get_by_role("list", name="Tasks below Growing")
    expect(shown.locator("[data-in-tree]")).to_have_count(1)
    _below(site, project, first, 5)
    expect(shown.locator("[data-in-tree]")).to_have_count(6)
    expect(_row(page, first)).to_contain_text("of 7 done")
    eventually(
        "the rows lie under each other",
        lambda: _top_and_bottom(shown)[1] <= _top_and_bottom(_row(page, other))[0] + 1,
    )


def test_a_tree_that_cannot_be_read_says_so_in_its_place(
    site: Site, page: Page, project: str
) -> None:
    first = site.ledger.register(project=project, name="Out of reach")
    _below(site, project, first, 1)
    other = site.ledger.register(project=project)
    site.caught_up()
    page.route("**/tree?**", lambda route: route.abort())
    page.goto(f"{site.url}/projects/{project}?trees=1&order=oldest")
    page.get_by_role("button", name="Tasks below Out of reach").click()
    failed = page.get_by_role("alert").filter(has_text="cannot be reached")
    expect(failed).to_be_visible()
    above, below = _top_and_bottom(_row(page, first)), _top_and_bottom(_row(page, other))
    for part in (failed, page.get_by_role("button", name="Try again")):
        top, bottom = _top_and_bottom(part)
        assert above[1] <= top + 1
        assert bottom <= below[0] + 1
    page.unroute("**/tree?**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("list", name="Tasks below")).to_contain_text("Read a page")


def test_a_tree_of_which_a_part_is_counted_has_not_ended_with_that_part(
    site: Site, page: Page, project: str
) -> None:
    first = site.ledger.finished(project=project)
    with site.owner.transaction():
        for _ in range(500):
            below = register(site.owner, project, parent_id=first.id, root_id=first.id)
            request_cancel(site.owner, below, "tester")
        _below(site, project, first, 1)
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}?trees=1")
    expect(_row(page, first)).to_contain_text("1 of 501+ done")
    expect(_row(page, first)).to_contain_text("first 501 ended")
