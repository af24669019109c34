"""Notifications on the page: channels, rules and deliveries."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from task_ledger import access
from task_ledger.notifier.channels import Kind, save_channel
from task_ledger.notifier.rules import Trigger, add_rule, delete_rule
from tests.services.web.looks import look
from tests.services.web.site import Site, sign_in


def _given_up(site: Site, channel: str, project: str) -> int:
    """A notification that was given up; its id."""
    row = site.owner.execute(
        "INSERT INTO task_ledger.notification"
        " (channel, trigger, project_id, state, tries, ended_at, last_error)"
        " VALUES (%s, 'task.failed', %s, 'dead', 8, now(),"
        " 'it answered with status 500') RETURNING id",
        (channel, project),
    ).fetchone()
    assert row is not None
    return row[0]


def test_a_rule_is_previewed_created_paused_and_deleted(
    site: Site, page: Page, project: str
) -> None:
    channel = f"ops-{project}"
    save_channel(site.owner, channel, Kind.SLACK, "https://hooks.example/T1/secret", actor="ops")
    failed = site.ledger.register(project=project, name="Read A-101.pdf")
    site.ledger.start(failed)
    site.ledger.fail(failed, "Sheet S-101 is not calibrated")
    site.caught_up()
    page.goto(f"{site.url}/notifications")
    row = page.locator(f'[data-channel="{channel}"]')
    expect(row).to_contain_text("slack to hooks.example")
    expect(page.locator("body")).not_to_contain_text("T1/secret")

    page.get_by_role("button", name="New rule").click()
    dialog = page.get_by_role("dialog", name="New rule")
    dialog.get_by_label("Tell").select_option(channel)
    dialog.get_by_label("Project").fill(project)
    dialog.get_by_label("Query").fill("error:~calibrated")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog).to_contain_text("It would have notified 1 time in the last 24 hours.")
    look(page, "new-rule")
    dialog.get_by_label("Query").fill("no_field:x")
    expect(dialog).not_to_contain_text("It would have notified")
    dialog.get_by_role("button", name="Create rule").click()
    expect(dialog.get_by_role("alert")).to_contain_text("there is no field no_field")
    dialog.get_by_label("Query").fill("error:~calibrated")
    dialog.get_by_role("button", name="Create rule").click()
    expect(dialog).to_have_count(0)
    rule = page.locator("[data-rule]").filter(has_text=channel)
    expect(rule).to_contain_text("When a task fails for good")
    expect(rule).to_contain_text("by tester")

    rule.get_by_role("button", name="Pause").click()
    expect(rule).to_contain_text(re.compile(r"paused \d+ s ago by tester"))
    rule.get_by_role("button", name="Resume").click()
    expect(rule).not_to_contain_text("paused")
    rule.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(rule).to_have_count(0)
    log = site.client.get("/api/v1/access-log").text
    assert all(f'"{action}"' in log for action in ("rule_added", "rule_changed", "rule_deleted"))


def test_a_test_says_that_it_is_queued_until_the_channels_state_changes(
    site: Site, page: Page, project: str
) -> None:
    channel = f"tested-{project}"
    save_channel(site.owner, channel, Kind.SLACK, "https://hooks.example/T4/secret", actor="ops")
    page.goto(f"{site.url}/notifications")
    row = page.locator(f'[data-channel="{channel}"]')
    row.get_by_role("button", name="Send a test").click()
    expect(row.get_by_role("status")).to_have_text("A test is queued.")
    site.owner.execute(
        "UPDATE task_ledger.notification_channel SET sent_at = now() WHERE name = %s", (channel,)
    )
    expect(row).to_contain_text("last accepted")
    expect(row.get_by_role("status")).to_have_text("")


def test_a_rule_that_someone_else_deleted_disappears_when_it_is_acted_on(
    site: Site, page: Page, project: str
) -> None:
    channel = f"gone-{project}"
    save_channel(site.owner, channel, Kind.SLACK, "https://hooks.example/T5/secret", actor="ops")
    rule = add_rule(site.owner, channel, Trigger.FAILED, actor="ops", project_id=project)
    page.goto(f"{site.url}/notifications")
    row = page.locator(f'[data-rule="{rule.id}"]')
    expect(row).to_be_visible()
    delete_rule(site.owner, rule.id, actor="ops")
    row.get_by_role("button", name=f"Pause: task.failed of {project} to {channel}").click()
    # Sooner than the list is read again by itself.
    expect(row).to_have_count(0, timeout=5_000)


def test_who_reaches_some_projects_is_offered_the_rules_of_projects_only(
    site: Site, open_page: Callable[..., Page], project: str
) -> None:
    channel = f"some-{project}"
    save_channel(site.owner, channel, Kind.SLACK, "https://hooks.example/T6/secret", actor="ops")
    access.create(site.owner, channel, "operator", [project])
    page = open_page(signed=False)
    sign_in(page, site, channel)
    page.goto(f"{site.url}/notifications")
    expect(page.locator("body")).to_contain_text("No rules of your projects alone yet.")
    page.get_by_role("button", name="New rule").click()
    dialog = page.get_by_role("dialog", name="New rule")
    expect(dialog.get_by_label("When").get_by_role("option")).to_have_count(4)


def test_a_new_rule_says_that_it_needs_a_channel(site: Site, page: Page) -> None:
    site.owner.execute("DELETE FROM task_ledger.notification_channel")
    page.goto(f"{site.url}/notifications")
    page.get_by_role("button", name="New rule").click()
    dialog = page.get_by_role("dialog", name="New rule")
    expect(dialog).to_contain_text("There is no channel to tell yet.")
    expect(dialog.get_by_role("button", name="Create rule")).to_be_disabled()


def test_what_was_given_up_is_sent_again(site: Site, page: Page, project: str) -> None:
    channel = f"again-{project}"
    save_channel(site.owner, channel, Kind.SLACK, "https://hooks.example/T2/secret", actor="ops")
    one, other = _given_up(site, channel, project), _given_up(site, channel, project)
    page.goto(f"{site.url}/notifications")
    row = page.locator(f'[data-notification="{one}"]')
    expect(row).to_contain_text("it answered with status 500")
    look(page, "notifications")
    row.get_by_role("button", name="Send again").click()
    expect(row).to_have_count(0)
    expect(page.locator(f'[data-notification="{other}"]')).to_be_visible()
    page.get_by_label("State").select_option("waiting")
    expect(row).to_contain_text("0 tries")


def test_a_viewer_may_only_look(site: Site, viewer: Page, project: str) -> None:
    channel = f"looked-{project}"
    save_channel(site.owner, channel, Kind.SLACK, "https://hooks.example/T3/secret", actor="ops")
    viewer.goto(f"{site.url}/notifications")
    expect(viewer.locator(f'[data-channel="{channel}"]')).to_be_visible()
    for name in ("New rule", "Send a test", "Send again"):
        expect(viewer.get_by_role("button", name=name)).to_have_count(0)


def test_a_channel_is_told_once_when_a_task_ends(site: Site, page: Page, project: str) -> None:
    channel = f"end-{project}"
    save_channel(site.owner, channel, Kind.SLACK, "https://hooks.example/T3/secret", actor="ops")
    running = site.ledger.register(project=project, name="Read A-102.pdf")
    site.ledger.start(running)
    site.caught_up()
    page.goto(f"{site.url}/tasks/{running.id}")
    page.get_by_role("button", name="Notify when it ends").click()
    dialog = page.get_by_role("dialog", name="Notify when it ends")
    dialog.get_by_label("Tell").select_option(channel)
    look(page, "notify-end")
    dialog.get_by_role("button", name="Notify", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text(f"{channel} is told when it ends")).to_be_visible()

    page.get_by_role("button", name="Notify when it ends").click()
    dialog.get_by_label("Tell").select_option(channel)
    dialog.get_by_role("button", name="Notify", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("already")
    dialog.get_by_role("button", name="Not now").click()

    site.ledger.complete(running)
    expect(page.get_by_role("button", name="Notify when it ends")).to_have_count(0)
    row = site.owner.execute(
        "SELECT count(*) FROM task_ledger.notification_rule WHERE task_id = %s AND channel = %s",
        (running.id, channel),
    ).fetchone()
    assert row == (1,)
