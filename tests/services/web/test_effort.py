"""The counter of clicks and queries can fail."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.services.web import effort
from tests.services.web.effort import Effort, TooMuchEffort
from tests.services.web.site import Site


@pytest.fixture
def counted(site: Site, open_page: Callable[..., Page], project: str) -> Page:
    page = open_page()
    effort.count_on(page)
    effort.begin(page, f"{site.url}/projects/{project}")
    expect(page.get_by_text("No tasks yet")).to_be_visible()
    assert effort.spent(page) == Effort(0, 0)
    return page


def test_a_sixth_click_is_too_much(counted: Page) -> None:
    theme = counted.get_by_role("button", name="Theme")
    for _ in range(5):
        theme.click()
    assert effort.spent(counted) == Effort(5, 0)
    effort.check(effort.spent(counted))
    theme.click()
    with pytest.raises(TooMuchEffort, match="clicks=6"):
        effort.check(effort.spent(counted))


def test_a_second_query_is_too_much(counted: Page) -> None:
    bar = counted.locator("[data-search]")
    bar.fill("nonsense")
    bar.press("Enter")
    effort.check(effort.spent(counted))
    counted.get_by_role("link", name="Failures").click()
    counted.get_by_role("link", name="Tasks", exact=True).click()
    bar.fill("more of it")
    assert effort.spent(counted) == Effort(2, 2)
    with pytest.raises(TooMuchEffort, match="queries=2"):
        effort.check(effort.spent(counted))


def test_keys_selects_and_loadings_are_clicks_too(counted: Page) -> None:
    counted.keyboard.press("?")
    counted.keyboard.press("Escape")
    expect(counted.get_by_role("dialog")).to_have_count(0)
    counted.get_by_label("Order").select_option("oldest")
    counted.reload()
    expect(counted.get_by_text("No tasks yet")).to_be_visible()
    assert effort.spent(counted) == Effort(4, 0)


def test_a_reason_costs_nothing_and_its_confirmation_does(counted: Page) -> None:
    counted.locator("summary", has_text="Views").click()
    name = counted.get_by_label("Name of the view")
    name.press_sequentially("night")
    assert effort.spent(counted) == Effort(1, 0)
    name.press("Enter")
    expect(counted.get_by_role("list", name="Saved views")).to_contain_text("night")
    assert effort.spent(counted) == Effort(2, 0)


@pytest.mark.parametrize("between", ["Enter", ""], ids=["entered", "while-typing"])
def test_a_second_query_in_the_same_field_is_too_much(counted: Page, between: str) -> None:
    bar = counted.locator("[data-search]")
    bar.press_sequentially("nonsense")
    assert effort.spent(counted) == Effort(0, 1)
    if between:
        counted.keyboard.press(between)
    bar.fill("more of it")
    assert effort.spent(counted) == Effort(0, 2)


def test_steps_back_and_clicks_of_scripts_are_clicks_too(counted: Page) -> None:
    counted.get_by_role("link", name="Failures").dispatch_event("click")
    expect(counted).to_have_url(re.compile("/failures"))
    assert effort.spent(counted) == Effort(1, 0)
    counted.go_back()
    expect(counted.get_by_text("No tasks yet")).to_be_visible()
    assert effort.spent(counted) == Effort(2, 0)
