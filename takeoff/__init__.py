"""The sample domain: drawings are uploaded, split into pages, read, scaled and measured.

Knows nothing of the ledger, of Celery or of HTTP.
"""

from pathlib import Path
from typing import Final

SCHEMA_FOLDER: Final = Path(__file__).parent / "schema"
"""The SQL and the migrations of the schema ``takeoff``."""
