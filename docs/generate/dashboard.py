"""The Grafana dashboard in deploy/."""

import json
from typing import Any, Final

_BY_TYPE: Final = "sum by (task_type)"
_RATE: Final = "[$__rate_interval]"

PANELS: Final[tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]] = (
    (
        "Tasks ended",
        "ops",
        ((f"sum by (status) (rate(task_ledger_tasks_ended_total{_RATE}))", "{{status}}"),),
    ),
    (
        "Tasks failed by type and reason",
        "ops",
        (
            (
                f"sum by (task_type, reason) (rate(task_ledger_tasks_failed_total{_RATE})) > 0",
                "{{task_type}}: {{reason}}",
            ),
        ),
    ),
    (
        "Waiting time, p95",
        "s",
        (
            (
                "histogram_quantile(0.95, sum by (task_type, le) "
                f"(rate(task_ledger_attempt_waiting_seconds_bucket{_RATE})))",
                "{{task_type}}",
            ),
        ),
    ),
    (
        "Duration, p95",
        "s",
        (
            (
                "histogram_quantile(0.95, sum by (task_type, le) "
                f"(rate(task_ledger_attempt_duration_seconds_bucket{_RATE})))",
                "{{task_type}}",
            ),
        ),
    ),
    (
        "Tasks that have not ended",
        "short",
        (
            (
                'sum by (status) (task_ledger_tasks{status=~"PENDING|STARTED|PROGRESS|RETRY"})',
                "{{status}}",
            ),
        ),
    ),
    (
        "Attempts retried, lost and fenced",
        "ops",
        (
            (f"sum(rate(task_ledger_attempts_retried_total{_RATE}))", "retried"),
            (f"sum(rate(task_ledger_attempts_lost_total{_RATE}))", "lost"),
            (f"sum(rate(task_ledger_writes_fenced_total{_RATE}))", "fenced"),
        ),
    ),
    (
        "Messages",
        "short",
        (
            ("task_ledger_outbox_messages", "in the outbox"),
            ("task_ledger_undispatched_messages", "due"),
            ("task_ledger_refused_messages", "refused by the broker"),
            ("task_ledger_redispatched_attempts", "dispatched again"),
        ),
    ),
    (
        "Behind the log",
        "s",
        (
            ("task_ledger_projection_lag_seconds", "lists"),
            ("task_ledger_oldest_undispatched_seconds", "messages"),
        ),
    ),
    (
        "Followers",
        "short",
        (
            ("sum by (follower) (task_ledger_follower_lag_numbers)", "{{follower}}: behind"),
            ("sum by (follower) (task_ledger_follower_gaps)", "{{follower}}: gaps"),
        ),
    ),
    ("Workers", "short", (("task_ledger_workers", "{{state}}"),)),
    (
        "Quarantine and months ahead",
        "short",
        (
            ("task_ledger_quarantined_tasks", "tasks in quarantine"),
            ("task_ledger_months_ahead", "months with a partition"),
        ),
    ),
    (
        "Connections",
        "short",
        (
            ("task_ledger_database_connections", "used"),
            ("task_ledger_database_max_connections", "accepted"),
        ),
    ),
    (
        "Sizes",
        "bytes",
        (
            ("topk(8, task_ledger_table_bytes)", "{{table}}"),
            ("sum(task_ledger_index_bytes)", "all indexes"),
        ),
    ),
    (
        "Seals",
        "short",
        (
            ("task_ledger_seal_age_seconds", "age in seconds"),
            ("task_ledger_unsealed_events", "events not sealed"),
        ),
    ),
)
"""Title, unit, and each query with its legend."""

_WIDTH: Final = 12
_HEIGHT: Final = 8


def page() -> str:
    """The text of deploy/grafana/task-ledger.json."""
    dashboard = {
        "title": "Task Ledger",
        "uid": "task-ledger",
        "schemaVersion": 39,
        "time": {"from": "now-24h", "to": "now"},
        "refresh": "1m",
        "templating": {
            "list": [
                {
                    "name": "datasource",
                    "type": "datasource",
                    "query": "prometheus",
                    "label": "Source",
                }
            ]
        },
        "panels": [_panel(place, *panel) for place, panel in enumerate(PANELS)],
    }
    return json.dumps(dashboard, indent=2) + "\n"


def _panel(
    place: int, title: str, unit: str, queries: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${datasource}"}
    return {
        "id": place + 1,
        "title": title,
        "type": "timeseries",
        "datasource": source,
        "gridPos": {
            "x": place % 2 * _WIDTH,
            "y": place // 2 * _HEIGHT,
            "w": _WIDTH,
            "h": _HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + n), "datasource": source, "expr": expr, "legendFormat": legend}
            for n, (expr, legend) in enumerate(queries)
        ],
    }
