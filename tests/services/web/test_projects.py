"""Projects on the page: searched, named, hidden and shown again by admins."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from task_ledger.eventlog.projects import hide_project, name_project
from tests.services.web.looks import look
from tests.services.web.site import Site
from tests.services.web.switching import switch_project


def _of_the_log(site: Site, project: str) -> str:
    """A project that only the log knows."""
    site.ledger.finished(project=project)
    site.caught_up()
    return project


def test_an_admin_names_and_describes_a_project_by_keyboard(site: Site, page: Page) -> None:
    project = _of_the_log(site, "named-by-keyboard")
    page.goto(f"{site.url}/?search={project}")
    page.get_by_role("button", name=f"Edit: {project}").press("Enter")
    dialog = page.get_by_role("dialog", name=f"Project {project}")
    dialog.get_by_role("textbox", name="Name").fill("Riverside, phase 2")
    dialog.get_by_role("textbox", name="Description").fill("Drawings of the second building")
    look(page, "project-edit")
    dialog.get_by_role("textbox", name="Name").press("Enter")
    expect(dialog).to_have_count(0)
    row = page.locator(f'main [data-project="{project}"]')
    expect(row.get_by_role("link", name="Riverside, phase 2")).to_be_visible()
    expect(row).to_contain_text("Drawings of the second building")
    row.get_by_role("link", name="Riverside, phase 2").click()
    expect(page.get_by_role("button", name="Project: Riverside, phase 2")).to_be_visible()


def test_an_applications_name_is_shown_and_not_changed(
    site: Site, page: Page, project: str
) -> None:
    named = site.client.get(f"/api/v1/projects/{project}").json()["name"]
    page.goto(f"{site.url}/?search={project}")
    row = page.locator(f'main [data-project="{project}"]')
    row.get_by_role("button", name=f"Edit: {named}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Name")).to_be_disabled()
    expect(dialog).to_contain_text("The application gives this project its name.")
    dialog.get_by_role("textbox", name="Description").fill("Ground floor")
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Ground floor")
    expect(row.get_by_role("link", name=named, exact=True)).to_be_visible()


def test_a_hidden_project_leaves_lists_keeps_its_address_and_says_that_it_has_new_events(
    site: Site, page: Page
) -> None:
    project = _of_the_log(site, "hidden-on-the-page")
    page.goto(f"{site.url}/?search={project}")
    row = page.locator(f'main [data-project="{project}"]')
    row.get_by_role("button", name=f"Hide: {project}").click()
    dialog = page.get_by_role("dialog", name=f"Hide {project}?")
    expect(dialog).to_contain_text("Its tasks, links, audits and exports stay")
    dialog.get_by_role("button", name="Hide", exact=True).click()
    expect(row).to_have_count(0)
    expect(page.get_by_text("No project matches")).to_be_visible()

    page.get_by_role("button", name="Project: All projects").click()
    picker = page.get_by_role("dialog", name="Switch project")
    picker.get_by_role("combobox").fill(project)
    expect(picker).to_contain_text("No project matches.")
    page.keyboard.press("Escape")

    site.ledger.finished(project=project)
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}")
    expect(page.locator("[data-task]")).to_have_count(2)
    expect(page.locator("header [data-hidden]")).to_have_text("hidden · 4 new events")
    page.goto(f"{site.url}/?search={project}")
    box = page.get_by_label("Show hidden")
    expect(page.get_by_text("with new events")).to_be_visible()
    box.check()
    expect(row.locator("[data-hidden]")).to_contain_text("by tester · 4 new events since")
    look(page, "projects-hidden")
    page.reload()
    row.get_by_role("button", name=f"Unhide: {project}").click()
    expect(row.get_by_role("button", name=f"Hide: {project}")).to_be_visible()
    expect(row.locator("[data-hidden]")).to_have_count(0)


def test_a_viewer_sees_no_changes_of_projects(site: Site, viewer: Page) -> None:
    project = _of_the_log(site, "looked-at")
    viewer.goto(f"{site.url}/?search={project}")
    expect(viewer.locator(f'main [data-project="{project}"]')).to_be_visible()
    expect(viewer.get_by_role("button", name="Edit: ")).to_have_count(0)
    expect(viewer.get_by_role("button", name="Hide: ")).to_have_count(0)


def test_the_switch_finds_a_project_by_its_name_with_the_keyboard_alone(
    site: Site, page: Page
) -> None:
    project = _of_the_log(site, "found-by-name")
    name_project(site.owner, project, name="Lighthouse crossing", actor="ops")
    page.goto(f"{site.url}/tasks")
    expect(page.locator("[data-task]").first).to_be_visible()
    page.get_by_role("button", name="Project: All projects").press("Enter")
    picker = page.get_by_role("dialog", name="Switch project")
    expect(picker.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("LIGHTHOUSE")
    expect(picker.get_by_role("option")).to_have_count(1)
    look(page, "project-picker")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/projects/{project}")
    switch_project(page, None)
    expect(page).to_have_url(f"{site.url}/tasks")


def test_enter_takes_what_was_typed_however_fast(site: Site, page: Page) -> None:
    """Not what an earlier text found, and of numbered projects the one with this number."""
    for number in ("4711", "14711"):
        _of_the_log(site, number)
    name_project(site.owner, "4711", name="Ferry pier", actor="ops")
    for typed in ("ferry", "4711"):
        page.goto(f"{site.url}/tasks")
        expect(page.locator("[data-task]").first).to_be_visible()
        page.get_by_role("button", name="Project: All projects").press("Enter")
        picker = page.get_by_role("dialog", name="Switch project")
        expect(picker.get_by_role("option").nth(1)).to_be_visible()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site.url}/projects/4711")
        expect(picker).to_have_count(0)


def test_the_choice_of_a_project_stays_open_while_a_view_arrives(site: Site, page: Page) -> None:
    """The code of the view is held back until something was typed."""
    _of_the_log(site, "typed-early")
    held: list[Route] = []
    typing = True
    page.route(
        "**/assets/*TasksView-*.js",
        lambda route: held.append(route) if typing else route.continue_(),
    )
    page.goto(f"{site.url}/tasks", wait_until="commit")
    page.get_by_role("button", name="Project: All projects").press("Enter")
    typed = page.get_by_role("dialog", name="Switch project").get_by_role("combobox")
    expect(typed).to_be_focused()
    page.keyboard.type("typed-")
    assert held, "the view's code was not asked for"
    typing = False
    for route in held:
        route.continue_()
    expect(page.locator("[data-task]").first).to_be_visible()
    expect(typed).to_have_value("typed-")
    page.keyboard.type("early")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/projects/typed-early")
    expect(page.locator("main")).to_be_focused()


def test_arrows_choose_among_what_is_listed(site: Site, page: Page) -> None:
    for project in ("arrows-one", "arrows-two"):
        _of_the_log(site, project)
    page.goto(f"{site.url}/tasks")
    expect(page.locator("[data-task]").first).to_be_visible()
    page.get_by_role("button", name="Project: All projects").press("Enter")
    picker = page.get_by_role("dialog", name="Switch project")
    expect(picker.get_by_role("combobox")).to_be_focused()
    options = picker.get_by_role("option")
    page.keyboard.type("arrows-")
    expect(options).to_have_count(2)
    page.keyboard.type("o")
    page.keyboard.press("ArrowDown")
    expect(options).to_have_count(1)
    expect(options).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/projects/arrows-one")


def test_two_admins_change_different_parts_of_a_project(site: Site, page: Page) -> None:
    project = _of_the_log(site, "named-by-two")
    page.goto(f"{site.url}/?search={project}")
    row = page.locator(f'main [data-project="{project}"]')
    row.get_by_role("button", name=f"Edit: {project}").click()
    name_project(site.owner, project, name="Named meanwhile", actor="ops")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Description").fill("Described here")
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Described here")
    expect(row.get_by_role("link", name="Named meanwhile")).to_be_visible()


def test_what_the_server_refuses_is_said_in_the_dialog(
    site: Site, page: Page, open_page: Callable[..., Page]
) -> None:
    """Hidden elsewhere meanwhile is no error; a name of two lines is refused."""
    project = _of_the_log(site, "refused-name")
    page.goto(f"{site.url}/?search={project}")
    row = page.locator(f'main [data-project="{project}"]')
    row.get_by_role("button", name=f"Hide: {project}").click()
    hide_project(site.owner, project, actor="somebody else")
    page.get_by_role("dialog").get_by_role("button", name="Hide", exact=True).click()
    expect(row).to_have_count(0)
    page.get_by_label("Show hidden").check()
    row.get_by_role("button", name=f"Edit: {project}").click()
    site.owner.execute("UPDATE task_ledger.access_token SET role = 'viewer' WHERE name = 'tester'")
    try:
        page.get_by_role("dialog").get_by_role("button", name="Save").click()
        told = page.get_by_role("dialog").get_by_role("alert")
        expect(told).to_contain_text("The role viewer may not do this")
    finally:
        site.owner.execute(
            "UPDATE task_ledger.access_token SET role = 'admin' WHERE name = 'tester'"
        )


def test_tokens_come_in_pages(site: Site, page: Page) -> None:
    site.owner.execute(
        "INSERT INTO task_ledger.access_token (name, role, hash, created_at)"
        " SELECT 'old ' || i, 'viewer', sha256(('old ' || i)::bytea), '2026-01-01'"
        " FROM generate_series(1, 120) AS i"
    )
    page.goto(f"{site.url}/tokens")
    rows = page.locator("[data-token]")
    expect(rows).to_have_count(100)
    page.get_by_role("button", name="More tokens").click()
    expect(page.locator("[data-token^='old ']")).to_have_count(120)
    expect(page.get_by_role("button", name="More tokens")).to_have_count(0)
