"""A command starts without what only others need."""

import subprocess
import sys

HEAVY = ("sqlalchemy", "alembic", "celery", "kombu", "fastapi", "pypdfium2", "packaging")


def test_no_command_waits_for_the_imports_of_another() -> None:
    code = f"import services.cli.main, sys; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "[]"
