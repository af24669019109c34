"""The page about metrics and alerts."""

from prometheus_client import Counter, Gauge, Histogram

from docs.generate.alerts import ALERTS
from docs.generate.markdown import NOTICE, code, table
from task_ledger.metrics.counters import MAX_TYPES, OTHER
from task_ledger.metrics.families import FAMILIES, Family
from task_ledger.server.metrics import Metrics


def page() -> str:
    """The text of docs/reference/metrics.md."""
    families = [
        (f"`{_name(each)}`", each.kind, code(each.labels), each.meaning) for each in FAMILIES
    ]
    own = [
        (
            f"`{_total(metric.name, metric.type)}`",
            metric.type,
            code(_labels(found)),
            metric.documentation,
        )
        for found in vars(Metrics()).values()
        if isinstance(found, Counter | Gauge | Histogram)
        for metric in found.describe()
    ]
    alerts = [
        (
            f"[`{alert.name}`](../operate.md#{alert.section})",
            alert.severity,
            f"`{alert.expr}` for {alert.after}",
            alert.action,
        )
        for alert in ALERTS
    ]
    return f"""{NOTICE}
# Metrics and alerts

One process serves the metrics of all: `GET /metrics` of the api, which needs a token for all
projects, or `task-ledger metrics` where no api runs. They are read from the database at each
scrape, and from the sealer's state where it is on the same host, so workers, projectors and the
sealer need no port of their own. Scrape one of them.

Counters are what the log says, counted by the projector
([decision 34](../decisions/0034-rollups.md)): no restart sets them back. Histograms have bounds
from 8 ms to 4.7 hours, each twice the one before. The {MAX_TYPES} types that came first have series
of their own; later ones are counted together as `{OTHER}`.

## Of the ledger
{table(("metric", "kind", "labels", "what it is"), families)}
## Of the api's process
Only at the api's `/metrics`, for each process.

{table(("metric", "kind", "labels", "what it is"), own)}
## Alerts
[deploy/prometheus/rules.yaml](../../deploy/prometheus/rules.yaml) has them for Prometheus, and
[deploy/grafana/task-ledger.json](../../deploy/grafana/task-ledger.json) is a dashboard for Grafana.
`page`: somebody is to look now; `ticket`: today.

{table(("alert", "severity", "condition", "what to do"), alerts)}"""


def _name(family: Family) -> str:
    return _total(family.name, family.kind)


def _total(name: str, kind: str) -> str:
    return f"{name}_total" if kind == "counter" else name


def _labels(found: Counter | Gauge | Histogram) -> tuple[str, ...]:
    return tuple(found._labelnames)
