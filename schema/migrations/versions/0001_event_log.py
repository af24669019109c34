"""The event log, its read model and what stands beside it.

Revision ID: 0001
Revises: none
"""

from task_ledger.ops.migrate import create

revision = "0001"
down_revision = None

OBJECTS = (
    "types/event_type.sql",
    "types/append_result.sql",
    "tables/task_event.sql",
    "tables/bucket.sql",
    "tables/retired_project.sql",
    "tables/retired_leaf.sql",
    "tables/legal_hold.sql",
    "tables/feeds.sql",
    "tables/task_record.sql",
    "tables/task_count.sql",
    "tables/failure_group.sql",
    "tables/failure_hour.sql",
    "tables/failure_handling.sql",
    "tables/task_rollup.sql",
    "tables/usual_duration.sql",
    "tables/project_timeline.sql",
    "tables/project_head.sql",
    "tables/project_bucket.sql",
    "tables/project.sql",
    "tables/checkpoint.sql",
    "tables/dead_letter.sql",
    "tables/message.sql",
    "tables/outbox.sql",
    "tables/traceback.sql",
    "tables/access_token.sql",
    "tables/web_session.sql",
    "tables/access_log.sql",
    "tables/worker_lease.sql",
    "tables/redispatch.sql",
    "tables/next_step.sql",
    "tables/termination.sql",
    "tables/beat_entry.sql",
    "tables/saved_view.sql",
    "tables/queue_pause.sql",
    "tables/queue_depth.sql",
    "tables/action.sql",
    "tables/action_task.sql",
    "tables/notification_channel.sql",
    "tables/notification_rule.sql",
    "tables/notification_cursor.sql",
    "tables/notification_quiet.sql",
    "tables/notification_condition.sql",
    "tables/notification.sql",
)


def upgrade() -> None:
    """Create the types and tables."""
    create(OBJECTS)
