"""Logs name what happened and where, and carry nothing that may be secret."""

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import structlog
from task_ledger.ops.logs import configure_logs

configure_logs({arguments})
log = structlog.get_logger()


def sign_in(password):
    raise ValueError("not let in by postgresql://ada:lovelace@db/ledger")


try:
    sign_in("hunter2")
except ValueError as error:
    {say}
"""
FIELDS = (
    'log.warning("not_stored", error="DETAIL:  Key (name)=(hunter2)",'
    ' tried=["postgresql://ada:lovelace@db/x", {"password": "password=hunter2"}])'
)
BOUND = 'structlog.contextvars.bind_contextvars(task_id="t-1"); '


def test_an_error_is_told_with_its_place_and_without_a_value_or_a_secret() -> None:
    for say in ('log.exception("failed")', 'log.error("failed", exc_info=error)'):
        for arguments in ("", "human=True"):
            line = _logged(BOUND + say, arguments)
            assert "hunter2" not in line
            assert "lovelace" not in line
            assert "not let in by" in line
            assert "sign_in" in line
            assert line.count("\n") == 1


def test_a_service_logs_an_object_a_line_with_what_is_bound() -> None:
    event: dict[str, Any] = json.loads(_logged(BOUND + 'log.exception("failed")'))
    assert (event["event"], event["level"], event["task_id"]) == ("failed", "error", "t-1")
    assert event["error"] == "ValueError"
    assert event["at"][-1].endswith(" sign_in")


def _logged(say: str, arguments: str = "") -> str:
    program = PROGRAM.format(say=say, arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    return done.stderr


def test_a_field_is_told_without_a_secret_and_without_a_row() -> None:
    line = _logged(FIELDS)
    assert "not_stored" in line
    assert "hunter2" not in line
    assert "lovelace" not in line
