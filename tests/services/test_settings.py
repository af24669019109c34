"""The takeoff's settings: where files are kept, values that are refused, and who says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.plugin import takeoff
from services.settings import TakeoffSettings
from task_ledger.cli.configuration import variables_of


def test_files_are_kept_in_the_var_folder_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert TakeoffSettings().storage(tmp_path) == (tmp_path / "storage").as_uri()
    monkeypatch.setenv("TASK_LEDGER_STORAGE_URL", "s3://bucket/prefix")
    assert TakeoffSettings().storage(tmp_path) == "s3://bucket/prefix"


@pytest.mark.parametrize(
    ("name", "value"),
    [("TASK_LEDGER_MAX_UPLOAD_BYTES", "0"), ("TASK_LEDGER_STORAGE_URL", "x")],
)
def test_a_value_that_makes_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        TakeoffSettings()


def test_what_is_set_for_up_is_left_for_other_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    assert variables_of([takeoff]) == {}
    monkeypatch.setenv("TASK_LEDGER_STORAGE_URL", "s3://bucket/prefix")
    monkeypatch.setenv("TASK_LEDGER_MAX_UPLOAD_BYTES", "")
    assert variables_of([takeoff]) == {"TASK_LEDGER_STORAGE_URL": "s3://bucket/prefix"}


@pytest.mark.parametrize("command", ["up", "api", "worker"])
def test_a_service_is_not_started_with_a_value_that_makes_no_sense(
    environment: dict[str, str], command: str
) -> None:
    told = {"TASK_LEDGER_PLUGINS": "services.plugin:takeoff", "TASK_LEDGER_STORAGE_URL": "nowhere"}
    ended = subprocess.run(  # noqa: PLW1510 (the status is what is looked at)
        [Path(sys.executable).with_name("task-ledger"), command],
        env=os.environ | environment | told,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "STORAGE_URL" in ended.stderr
    assert "nowhere" not in ended.stderr
