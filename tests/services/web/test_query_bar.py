"""The query bar: what is typed is completed, kept in the address, and told where it fails."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.services.web.looks import look
from tests.services.web.site import Site


@pytest.fixture
def bar(site: Site, page: Page, project: str) -> Locator:
    """The bar above a list of three tasks."""
    failed = site.ledger.register(project=project, name="reads A-101")
    site.ledger.start(failed)
    site.ledger.fail(failed, "no scale bar")
    site.ledger.finished(project=project, name="reads A-102")
    site.ledger.register(project=project, name="splits A-103")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(3)
    return page.get_by_role("combobox", name="Search tasks")


def test_a_query_is_typed_on_and_its_fields_are_filled_in_by_keys(bar: Locator, page: Page) -> None:
    bar.click()
    page.keyboard.type("re")
    # The list is asked for while one types on, and the field keeps the focus.
    expect(page.locator("[data-task]")).to_have_count(2)
    page.keyboard.type("ads -sta")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_text([re.compile("^status:"), re.compile("^started:")])
    page.keyboard.press("Tab")
    expect(options).to_have_count(7)
    expect(page.locator("[data-task]")).to_have_count(2)
    page.keyboard.type("su")
    expect(options).to_have_text(["SUCCESS"])
    # The beginning of a value is not asked for.
    expect(page.locator("[data-task]")).to_have_count(2)
    look(page, "query-completed")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(bar).to_have_value("reads -status:SUCCESS")
    expect(page.locator("[data-task]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"query=reads(\+|%20)-status(:|%3A)SUCCESS"))
    page.reload()
    expect(bar).to_have_value("reads -status:SUCCESS")
    expect(page.locator("[data-task] a")).to_have_text("reads A-101")


def test_an_option_is_taken_by_a_click(bar: Locator, page: Page) -> None:
    bar.fill("err")
    page.get_by_role("option", name="error:").click()
    expect(bar).to_have_value("error:")
    expect(bar).to_be_focused()
    page.keyboard.type('~"scale bar"')
    expect(page.locator("[data-task] a")).to_have_text(["reads A-101"])


def test_what_is_no_query_is_told_and_can_be_mended(bar: Locator, page: Page) -> None:
    bar.fill("typ:ocr")
    expect(page.get_by_role("alert")).to_contain_text("did you mean type?")
    expect(page.get_by_text("This query cannot be read")).to_be_visible()
    look(page, "query-refused")
    bar.fill("type:none")
    expect(page.get_by_text("No matching tasks")).to_be_visible()
    page.get_by_role("button", name="Remove filter").click()
    expect(page.locator("[data-task]")).to_have_count(3)
    expect(bar).to_have_value("")


def test_the_refused_part_is_marked_and_enter_leads_to_it(bar: Locator, page: Page) -> None:
    bar.fill("reads tok:>5m A-101")
    refused = page.locator("[data-refused]")
    expect(refused).to_contain_text("Refused at character 7:")
    expect(refused.locator("mark")).to_have_text("tok:>5m")
    expect(bar).to_have_attribute("aria-invalid", "true")
    expect(bar).to_have_accessible_description(re.compile("Refused at character 7"))
    look(page, "query-refused-part")
    bar.press("Enter")
    page.keyboard.type("took:>0s")
    expect(bar).to_have_value("reads took:>0s A-101")
    expect(refused).to_have_count(0)
    expect(page.locator("[data-task] a")).to_have_text(["reads A-101"])


def test_types_and_queues_of_the_project_and_operators_are_completed(
    bar: Locator, page: Page
) -> None:
    bar.click()
    page.keyboard.type("type:")
    options = page.get_by_role("listbox").get_by_role("option")
    # The project's types come after the fields.
    expect(options).to_have_text([re.compile("^document_processing"), re.compile("^~.*contains$")])
    name = options.first.locator("code").inner_text()
    page.keyboard.press("Tab")
    expect(bar).to_have_value(f"type:{name}")
    expect(page.locator("[data-task]")).to_have_count(3)
    page.keyboard.type(" took:")
    expect(options).to_have_text([re.compile(f"^{op}") for op in (">", ">=", "<", "<=")])
    expect(bar).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"[id='{bar.get_attribute('aria-activedescendant')}']")).to_have_text(
        re.compile("^<")
    )
    page.keyboard.press("Tab")
    page.keyboard.type("1h is:ended")
    expect(page.locator("[data-task]")).to_have_count(2)


def test_a_timeline_is_searched_by_the_same_language(bar: Locator, page: Page) -> None:
    page.goto(f"{page.url.split('?')[0]}/timeline")
    events = page.locator("[data-seq]")
    expect(events.first).to_be_visible()
    bar = page.get_by_role("combobox", name="Search the timeline")
    bar.click()
    page.keyboard.type("eve")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_text([re.compile("^event:")])
    page.keyboard.press("Tab")
    page.keyboard.type("fa")
    expect(options).to_have_text(["failed"])
    look(page, "query-timeline")
    page.keyboard.press("Tab")
    expect(events).to_have_count(1)
    expect(bar).to_be_focused()
    page.keyboard.type(" error:~scale")
    expect(page).to_have_url(re.compile(r"query=event(:|%3A)failed(\+|%20)error"))
    expect(events).to_have_count(1)
    page.reload()
    expect(bar).to_have_value("event:failed error:~scale")
    expect(events).to_have_count(1)
    bar.fill("event:failed took:>1s")
    expect(page.get_by_role("alert")).to_contain_text("The fields of events are event, actor")
    expect(page.locator("[data-refused] mark")).to_have_text("took:>1s")


def test_escape_closes_the_options_first_and_then_clears_the_query(
    bar: Locator, page: Page
) -> None:
    bar.fill("st")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(bar).to_have_value("st")
    page.keyboard.press("Escape")
    expect(bar).to_have_value("")
