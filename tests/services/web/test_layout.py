"""The side bar, a task beside its list, the palette, and the font."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.services.web.site import Site
from tests.task_ledger.server.ledger import Running

_SHIFTS = """
new PerformanceObserver(list => {
  for (const shift of list.getEntries())
    if (!shift.hadRecentInput) window.shifted = (window.shifted ?? 0) + shift.value;
}).observe({type: 'layout-shift', buffered: true});
"""


@pytest.fixture
def tasks(site: Site, project: str) -> list[Running]:
    """Three tasks, the newest first."""
    made = [site.ledger.finished(project=project, name=f"Read A-10{n}.pdf") for n in range(3)]
    site.caught_up()
    return made[::-1]


def test_the_side_bar_has_every_view_at_every_width(
    site: Site, open_page: Callable[..., Page], project: str
) -> None:
    for width, named in ((1280, True), (1023, False), (390, True)):
        page = open_page(width=width)
        page.goto(f"{site.url}/projects/{project}/timeline")
        expect(page.get_by_text("No events yet")).to_be_visible()
        bar = page.get_by_role("navigation", name="Views")
        expect(bar.get_by_role("link", name="Timeline")).to_have_attribute("aria-current", "page")
        for name in ("Tasks", "Failures", "Charts", "Timeline", "Queues", "Workers", "Schedules"):
            expect(bar.get_by_role("link", name=name, exact=True)).to_be_attached()
        box = bar.bounding_box()
        assert box is not None
        drawn = bar.get_by_text("Failures").evaluate("e => e.getBoundingClientRect().width")
        assert (drawn > 1) is named
        if width == 390:
            # One line at the bottom, whatever the number of views.
            assert box["y"] + box["height"] == 800
            assert box["height"] < 64
        else:
            assert box["x"] == 0
            assert (box["width"] < 64) is not named


def test_a_task_is_shown_beside_its_list_and_the_keyboard_walks_on(
    site: Site, page: Page, project: str, tasks: list[Running]
) -> None:
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("Space")
    peek = page.get_by_role("complementary", name="Selected task")
    expect(peek.get_by_role("heading", name="Read A-102.pdf")).to_be_visible()
    # The address keeps both.
    expect(page).to_have_url(re.compile(rf"row={tasks[0].id}&peek=1"))
    page.keyboard.press("j")
    expect(peek.get_by_role("heading", name="Read A-101.pdf")).to_be_visible()
    page.keyboard.press("k")
    expect(peek).to_have_attribute("data-peek", str(tasks[0].id))
    page.reload()
    expect(peek.get_by_text("completed").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(peek).to_have_count(0)
    expect(page.locator("[aria-selected=true]")).to_have_attribute("data-task", str(tasks[0].id))
    page.keyboard.press("Space")
    expect(peek).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/tasks/{tasks[0].id}")
    page.go_back()
    expect(peek).to_be_visible()
    page.locator(f'[data-task="{tasks[2].id}"] [data-column=doing]').click()
    expect(peek).to_have_attribute("data-peek", str(tasks[2].id))


def test_the_palette_goes_where_it_is_told(
    site: Site, page: Page, project: str, tasks: list[Running]
) -> None:
    site.client.put(
        f"/api/v1/projects/{project}/views/night%20shift",
        json={"query": "A-101", "order": "newest", "columns": None},
    ).raise_for_status()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(3)
    palette = page.get_by_role("dialog", name="Go to")

    def go(text: str, at: str) -> None:
        # The address changes before the view does, which would close a palette of the earlier one.
        expect(page).to_have_title(f"{at} · Task Ledger")
        page.keyboard.press("Control+k")
        expect(palette.get_by_role("combobox")).to_be_focused()
        page.keyboard.type(text)

    of_project = f"Tasks of {project}"
    go(str(tasks[0].id), of_project)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/tasks/{tasks[0].id}")
    go("queues", "Read A-102.pdf")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/queues")
    go(f"{project} project", "Queues")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Site ")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/projects/{project}")
    go("night", of_project)
    expect(palette.get_by_role("option", selected=True)).to_contain_text("night shift")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"query=A-101"))
    expect(page.locator("[data-task]")).to_have_count(1)
    go("theme dark", of_project)
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    go("splits", of_project)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"query=splits"))
    expect(palette).to_have_count(0)


def test_the_font_comes_with_the_page_and_moves_nothing(
    site: Site, page: Page, project: str, tasks: list[Running]
) -> None:
    page.add_init_script(_SHIFTS)
    fonts: list[str] = []
    page.on(
        "request",
        lambda request: fonts.append(request.url) if request.resource_type == "font" else None,
    )
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(len(tasks))
    page.evaluate("document.fonts.ready")
    assert page.evaluate("[...document.fonts].map(f => [f.family, f.status])") == [
        ["Inter Variable", "loaded"]
    ]
    assert len(fonts) == 1
    assert fonts[0].startswith(f"{site.url}/assets/")
    shifted = page.evaluate("window.shifted ?? 0")
    assert shifted < 0.01
