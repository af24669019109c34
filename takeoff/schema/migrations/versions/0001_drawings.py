"""Projects, documents, pages, conditions, measurements and their changes.

Revision ID: 0001
Revises: none
"""

from alembic import context

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    context.config.attributes["create"](
        (
            "tables/project.sql",
            "tables/document.sql",
            "tables/page.sql",
            "tables/classification_history.sql",
            "tables/condition.sql",
            "tables/measurement.sql",
            "tables/change.sql",
        )
    )
