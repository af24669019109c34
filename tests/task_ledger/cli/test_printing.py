"""What commands print cannot steer a terminal."""

import json

import pytest

from task_ledger.cli.printing import print_json

STEERING = "a\x1b[2Jb\x9bc\x7fd\u202ee\u2066f\u200bg\u2028h\U000e0001"


def test_json_escapes_what_steers_a_terminal_and_stays_the_same_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_json({"name": STEERING, "Straße": "漢字 é"})
    printed = capsys.readouterr().out.removesuffix("\n")
    assert printed.isprintable()
    assert json.loads(printed) == {"name": STEERING, "Straße": "漢字 é"}
    assert "漢字 é" in printed
