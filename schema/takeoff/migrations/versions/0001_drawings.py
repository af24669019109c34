"""Projects, documents, pages, conditions and measurements.

Revision ID: 0001
Revises: none
"""

from task_ledger.ops.migrate import create

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    create(
        (
            "takeoff/tables/project.sql",
            "takeoff/tables/document.sql",
            "takeoff/tables/page.sql",
            "takeoff/tables/classification_history.sql",
            "takeoff/tables/condition.sql",
            "takeoff/tables/measurement.sql",
        )
    )
