"""The attempts whose bodies run in this process; its lease lists them."""

from typing import Final
from uuid import UUID

live_attempts: Final[dict[UUID, UUID]] = {}
"""The task of each claim."""
