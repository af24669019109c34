"""The rules in deploy/, by Prometheus's own tool: valid, and firing as long as they say."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.generate.alerts import ALERTS, Alert

RULES = Path(__file__).parents[2] / "deploy" / "prometheus" / "rules.yaml"

_TEST = '{task_type="test"}'
_ENDED = 'task_ledger_tasks_ended_total{task_type="test", status="%s"}'
_WAITED = 'task_ledger_attempt_waiting_seconds_bucket{task_type="test", le="%s"}'

BAD: dict[str, dict[str, str]] = {
    "TaskLedgerDown": {"task_ledger_up": "0x60"},
    "TaskLedgerProjectionBehind": {"task_ledger_projection_lag_seconds": "61x60"},
    "TaskLedgerFeedWentBack": {"task_ledger_feed_went_back": "1x60"},
    "TaskLedgerTasksInQuarantine": {"task_ledger_quarantined_tasks": "1x60"},
    "TaskLedgerMessagesNotPublished": {"task_ledger_oldest_undispatched_seconds": "61x60"},
    "TaskLedgerMessagesRefused": {"task_ledger_refused_messages": "1x60"},
    "TaskLedgerNoWorker": {'task_ledger_workers{state="alive"}': "0x60"},
    "TaskLedgerAttemptsLost": {f"task_ledger_attempts_lost_total{_TEST}": "0+1x60"},
    "TaskLedgerTasksFailing": {_ENDED % "FAILURE": "0+2x60", _ENDED % "SUCCESS": "0+9x60"},
    "TaskLedgerTasksWaitLong": {
        _WAITED % "262.144": "0+1x60",
        _WAITED % "524.288": "0+3x60",
        _WAITED % "+Inf": "0+3x60",
    },
    "TaskLedgerFewMonthsAhead": {"task_ledger_months_ahead": "2x60"},
    "TaskLedgerConnectionsNearlyUsed": {
        "task_ledger_database_connections": "91x60",
        "task_ledger_database_max_connections": "100x60",
    },
    "TaskLedgerSealOld": {"task_ledger_seal_age_seconds": "3901x60"},
    "TaskLedgerSealRefused": {"task_ledger_seal_alarms": "1x60"},
}
"""Series, a value a minute, on which each alert fires."""

GOOD: dict[str, dict[str, str]] = {
    "TaskLedgerDown": {"task_ledger_up": "1x60"},
    "TaskLedgerFeedWentBack": {"task_ledger_feed_went_back": "0x60"},
    "TaskLedgerNoWorker": {'task_ledger_workers{state="alive"}': "1x60"},
    "TaskLedgerAttemptsLost": {f"task_ledger_attempts_lost_total{_TEST}": "0 0 1+0x60"},
    "TaskLedgerTasksFailing": {_ENDED % "FAILURE": "0+1x60", _ENDED % "SUCCESS": "0+20x60"},
    "TaskLedgerTasksWaitLong": {_WAITED % "262.144": "0+3x60", _WAITED % "+Inf": "0+3x60"},
    "TaskLedgerFewMonthsAhead": {"task_ledger_months_ahead": "3x60"},
    "TaskLedgerConnectionsNearlyUsed": {
        "task_ledger_database_connections": "90x60",
        "task_ledger_database_max_connections": "100x60",
    },
}
"""Series on which it does not; by default, those of `BAD` with one less."""


def test_the_rules_are_valid() -> None:
    _promtool("check", "rules", str(RULES))


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_fires_after_its_time_and_not_without_its_condition(
    alert: Alert, tmp_path: Path
) -> None:
    bad = BAD[alert.name]
    good = GOOD.get(alert.name) or {
        name: f"{int(values.removesuffix('x60')) - 1}x60" for name, values in bad.items()
    }
    minutes = int(alert.after.removesuffix("m"))
    counted = "[15m]" in alert.expr
    begins = 15 if counted else 0
    firing = [{"exp_labels": _labels(alert), "exp_annotations": _annotations(alert)}]
    checks = [_check(alert, begins + minutes + 2, firing)]
    if not counted:
        # Not before its time.
        checks.append(_check(alert, minutes - 1, []))
    tests = [_series(bad, checks), _series(good, [_check(alert, begins + minutes + 2, [])])]
    path = tmp_path / "tests.yaml"
    document = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    _promtool("test", "rules", str(path))


def _series(series: dict[str, str], checks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": checks,
    }


def _check(alert: Alert, minute: int, expected: list[Any]) -> dict[str, Any]:
    return {"alertname": alert.name, "eval_time": f"{minute}m", "exp_alerts": expected}


def _labels(alert: Alert) -> dict[str, str]:
    labels = {"severity": alert.severity}
    if "task_type" in alert.expr:
        labels["task_type"] = "test"
    if "{state=" in alert.expr:
        labels["state"] = "alive"
    return labels


def _annotations(alert: Alert) -> dict[str, str]:
    summary = alert.summary.replace("{{ $labels.task_type }}", "test")
    runbook = f"docs/operate.md#{alert.section}"
    return {"summary": summary, "description": alert.action, "runbook_url": runbook}


def _promtool(*arguments: str) -> None:
    ended = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
