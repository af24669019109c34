"""The sample domain: drawings are uploaded, split into pages, read, scaled and measured.

Independent of the ledger, Celery and HTTP.
"""

from pathlib import Path
from typing import Final

SCHEMA_FOLDER: Final = Path(__file__).parent / "schema"
"""The SQL and the migrations of the schema ``takeoff``."""
