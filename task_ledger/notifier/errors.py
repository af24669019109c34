"""Errors of rules, channels and deliveries."""

from task_ledger.errors import LedgerError


class InvalidChannel(LedgerError):
    """A channel's name, address or secret is invalid; the message says how to correct it."""


class InvalidRule(LedgerError):
    """A rule is invalid; the message says how to correct it."""


class DeliveryFailed(Exception):
    """A message was not accepted.

    The text contains no address, no secret and nothing of the receiver's response.

    Attributes:
        lasting: retrying is pointless.
    """

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting
