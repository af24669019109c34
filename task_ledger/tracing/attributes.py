"""Names of attributes: those of OpenTelemetry's conventions for messaging, and the ledger's own.

https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
"""

from typing import Final

BATCH_COUNT: Final = "messaging.batch.message_count"
CLIENT: Final = "messaging.client.id"
DESTINATION: Final = "messaging.destination.name"
MESSAGE_ID: Final = "messaging.message.id"

ATTEMPT: Final = "task_ledger.attempt"
OUTCOME: Final = "task_ledger.outcome"
PARENT: Final = "task_ledger.parent_id"
PLACE: Final = "task_ledger.error.place"
PROJECT: Final = "task_ledger.project_id"
REASON: Final = "task_ledger.reason"
RERUN_OF: Final = "task_ledger.rerun_of"
TASK_TYPE: Final = "task_ledger.task_type"


def operation(name: str, kind: str) -> dict[str, str]:
    """The attributes of every span of the ledger.

    Args:
        name: the operation, in the ledger's words.
        kind: in those of the conventions: `send` or `process`.
    """
    return {
        "messaging.system": "celery",
        "messaging.operation.name": name,
        "messaging.operation.type": kind,
    }
