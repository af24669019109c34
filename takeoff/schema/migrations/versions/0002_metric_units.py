"""Metric units, and the unit system of a project.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SCHEMA = "takeoff"
_UNITS = {
    "linear": ("LF", "M"),
    "area": ("SF", "M2"),
    "volume": ("CY", "M3"),
    "count": ("EA",),
}


def upgrade() -> None:
    """Add projects' unit system, and allow metric units in conditions and measurements."""
    imperial = sa.Column("unit_system", sa.Text(), nullable=False, server_default="imperial")
    op.add_column("project", imperial, schema=_SCHEMA)
    op.create_check_constraint(
        "project_unit_system_known",
        "project",
        "unit_system IN ('imperial', 'metric')",
        schema=_SCHEMA,
    )
    units = ", ".join(f"'{unit}'" for units in _UNITS.values() for unit in units)
    pairs = ", ".join(f"('{kind}', '{unit}')" for kind, units in _UNITS.items() for unit in units)
    _replace("condition", "condition_unit_known", f"unit IN ({units})")
    _replace("condition", "condition_unit_of_type", f"(measurement_type, unit) IN ({pairs})")
    _replace("measurement", "measurement_unit_known", f"unit IN ({units})")


def _replace(table: str, name: str, condition: str) -> None:
    op.drop_constraint(name, table, schema=_SCHEMA)
    op.create_check_constraint(name, table, condition, schema=_SCHEMA)
