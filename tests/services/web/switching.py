"""The choice of another project."""

from playwright.sync_api import Page, expect


def switch_project(page: Page, project_id: str | None) -> None:
    """Switch to a project, or with None to all projects."""
    page.get_by_role("button", name="Project: ").click()
    dialog = page.get_by_role("dialog", name="Switch project")
    if project_id is not None:
        dialog.get_by_role("combobox", name="Search projects").fill(project_id)
    dialog.locator(f'[data-project="{project_id or ""}"]').click()
    expect(dialog).to_have_count(0)
