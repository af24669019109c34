"""Real drawings, which are not part of the project: TASK_LEDGER_SAMPLES names their folder."""

import os
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path(
    os.environ.get("TASK_LEDGER_SAMPLES", Path(__file__).parents[2] / "../shared/samples")
).resolve()
ABSENT: Final = not FOLDER.is_dir()
NO_DRAWINGS: Final = "no real drawings here: TASK_LEDGER_SAMPLES names no folder"

needs_drawings: Final = pytest.mark.skipif(ABSENT, reason=NO_DRAWINGS)
"""Marks a test that reads FOLDER. Where the folder is absent it is skipped, in CI too."""
