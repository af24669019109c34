"""Notifying a test of tasks registered on its connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from task_ledger.registration.registration import Registration

if TYPE_CHECKING:
    from task_ledger.registration.caller import CallerTransaction

OBSERVER: Final = "task_ledger.observer"
"""The key of `sqlalchemy.Connection.info` under which a test puts its observer."""


class Observer(Protocol):
    """Is notified of registered tasks; see `task_ledger.testing`."""

    def registered(self, registrations: Sequence[Registration], end: object, /) -> None:
        """Called after these were stored in the connection's transaction, in this order.

        Args:
            end: the id of their last task; None for independent tasks.
        """


def observer_of(caller: CallerTransaction) -> Observer | None:
    """The observer of the caller's connection; None outside a test that has set one."""
    return caller.info.get(OBSERVER)
