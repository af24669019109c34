"""Values of results, for a worker's tasks and for tests, which import no application."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

VALUES: Final[list[Any]] = [
    datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC), date(2026, 5, 4), Decimal("1.10"), UUID(int=7),
    b"text", b"\0\xff", {"__type__": "of the author's own", "__value__": 1},
]  # fmt: skip
"""What Celery's JSON knows, and what only looks like it."""
