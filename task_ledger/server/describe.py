"""`python -m task_ledger.server.describe`: the ledger's own OpenAPI document, without servers."""

import json
import sys

from task_ledger.ops.settings import Settings
from task_ledger.server.app import create_app


def main() -> None:
    """Write the document to the standard output, without what plug-ins add."""
    addresses = {"database_url": "postgresql://login@host/name", "broker_url": "redis://host"}
    settings = Settings.model_validate(addresses)
    json.dump(create_app(settings, plugins=()).openapi(), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
