"""`python -m services.api.describe` writes the OpenAPI document. It needs no servers."""

import json
import sys

from services.api.app import create_app
from task_ledger.ops.settings import Settings


def main() -> None:
    """Write the document to the standard output."""
    addresses = {"database_url": "postgresql://login@host/name", "broker_url": "redis://host"}
    json.dump(create_app(Settings.model_validate(addresses)).openapi(), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
