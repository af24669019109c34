"""The Prometheus rules in deploy/, as data and as the file."""

import re
from dataclasses import dataclass
from typing import Any, Final

import yaml

_NOTICE: Final = "# Written by `python -m docs.generate`; do not change it here.\n"

RUNBOOK: Final = "docs/operate.md"
"""The page of which each alert names a section."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One rule.

    Attributes:
        expr: the condition.
        after: for how long it must hold, as Prometheus writes it.
        severity: page, somebody is to look now; ticket, today.
        summary: what is wrong.
        action: what to look at first.
        section: the anchor of its section in the runbook.
    """

    name: str
    expr: str
    after: str
    severity: str
    summary: str
    action: str
    section: str

    def rule(self) -> dict[str, Any]:
        """As in a rules file."""
        return {
            "alert": self.name,
            "expr": self.expr,
            "for": self.after,
            "labels": {"severity": self.severity},
            "annotations": {
                "summary": self.summary,
                "description": self.action,
                "runbook_url": f"{RUNBOOK}#{self.section}",
            },
        }


_BY_TYPE: Final = "sum by (task_type)"

ALERTS: Final = (
    Alert(
        "TaskLedgerDown",
        # Also where there is none: an api whose database is away refuses to be scraped.
        "absent(task_ledger_up == 1)",
        "1m",
        "page",
        "The ledger's database does not answer, or nothing serves its metrics.",
        "Run task-ledger doctor. Tasks wait; none is lost.",
        "the-ledger-is-down",
    ),
    Alert(
        "TaskLedgerProjectionBehind",
        "task_ledger_projection_lag_seconds > 60",
        "2m",
        "page",
        "Lists, timelines and streams do not show the newest events.",
        "Start a projector, or another one, and read its log.",
        "the-lists-are-behind",
    ),
    Alert(
        "TaskLedgerFeedWentBack",
        "task_ledger_feed_went_back == 1",
        "1m",
        "page",
        "A feed's sequence went back, so the projector has stopped.",
        "Stop the workers and run task-ledger repair feeds.",
        "a-feed-went-back",
    ),
    Alert(
        "TaskLedgerTasksInQuarantine",
        "task_ledger_quarantined_tasks > 0",
        "5m",
        "ticket",
        "Some tasks cannot be folded; their records do not change any more.",
        "Read task_ledger.dead_letter, and verify the task.",
        "tasks-in-quarantine",
    ),
    Alert(
        "TaskLedgerMessagesNotPublished",
        "task_ledger_oldest_undispatched_seconds > 60",
        "2m",
        "page",
        "Messages that are due are not published.",
        "Check that a projector runs the part relay and that the broker answers.",
        "tasks-stay-waiting",
    ),
    Alert(
        "TaskLedgerMessagesRefused",
        "task_ledger_refused_messages > 0",
        "5m",
        "ticket",
        "The broker refuses messages.",
        "Read last_error in task_ledger.outbox. A task ends as undeliverable after ten tries.",
        "tasks-stay-waiting",
    ),
    Alert(
        "TaskLedgerNoWorker",
        'task_ledger_workers{state="alive"} == 0',
        "2m",
        "page",
        "No worker is alive.",
        "Start workers, and read their logs.",
        "tasks-stay-waiting",
    ),
    Alert(
        "TaskLedgerAttemptsLost",
        f"{_BY_TYPE} (increase(task_ledger_attempts_lost_total[15m])) > 2",
        "0m",
        "ticket",
        "Workers were lost while they ran {{ $labels.task_type }}.",
        "Look for workers that were killed, for example for want of memory.",
        "workers-are-lost",
    ),
    Alert(
        "TaskLedgerTasksFailing",
        f'{_BY_TYPE} (increase(task_ledger_tasks_ended_total{{status="FAILURE"}}[15m])) > 5 and '
        f'{_BY_TYPE} (increase(task_ledger_tasks_ended_total{{status="FAILURE"}}[15m])) > '
        f"0.1 * {_BY_TYPE} (increase(task_ledger_tasks_ended_total[15m]))",
        "5m",
        "page",
        "More than a tenth of the tasks of type {{ $labels.task_type }} fail.",
        "Open the failures on the page; they are grouped.",
        "many-tasks-fail",
    ),
    Alert(
        "TaskLedgerTasksWaitLong",
        "histogram_quantile(0.95, sum by (task_type, le) "
        "(rate(task_ledger_attempt_waiting_seconds_bucket[15m]))) > 300",
        "5m",
        "ticket",
        "Attempts of {{ $labels.task_type }} wait for more than five minutes to start.",
        "Add workers for the type's queue, or see whether one is stuck.",
        "tasks-stay-waiting",
    ),
    Alert(
        "TaskLedgerFewMonthsAhead",
        "task_ledger_months_ahead < 3",
        "15m",
        "ticket",
        "Partitions for the coming months are missing; without one, no task can be registered.",
        "Run task-ledger migrate, and check that a projector runs the part months.",
        "months-run-out",
    ),
    Alert(
        "TaskLedgerConnectionsNearlyUsed",
        "task_ledger_database_connections > 0.9 * task_ledger_database_max_connections",
        "5m",
        "ticket",
        "The database has few connections left.",
        "Run fewer children or workers, or raise the limits.",
        "connections-run-out",
    ),
    Alert(
        "TaskLedgerSealOld",
        "task_ledger_seal_age_seconds > 3900",
        "5m",
        "ticket",
        "The sealer has not published a checkpoint for more than an hour.",
        "Check that a sealer runs, and read its log.",
        "a-seal-is-old",
    ),
    Alert(
        "TaskLedgerSealRefused",
        "task_ledger_seal_alarms > 0",
        "1m",
        "page",
        "The sealer has found that the log was altered, and signs nothing.",
        "Run task-ledger seal status and task-ledger verify before anything else.",
        "a-seal-refuses",
    ),
)


def rules(*, faster: int = 1) -> str:
    """The text of deploy/prometheus/rules.yaml.

    Args:
        faster: divides all times, for a test that does not wait for minutes.
    """
    found = [alert.rule() for alert in ALERTS]
    for rule in found:
        rule["for"] = _divided(rule["for"], faster)
        rule["expr"] = re.sub(r"\[(\w+)\]", lambda m: f"[{_divided(m[1], faster)}]", rule["expr"])
    groups = {"groups": [{"name": "task-ledger", "rules": found}]}
    return _NOTICE + yaml.safe_dump(groups, sort_keys=False, width=1000)


def page() -> str:
    """The text of deploy/prometheus/rules.yaml as it is used."""
    return rules()


def _divided(time: str, by: int) -> str:
    return time if by == 1 else f"{int(time.removesuffix('m')) * 60 // by}s"
