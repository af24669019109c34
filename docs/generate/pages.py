"""Which pages follow from the code, and what makes each."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from docs.generate import (
    alerts,
    command_line,
    dashboard,
    errors,
    events,
    findings,
    http_api,
    metrics,
    python,
    query,
    sql_functions,
    transitions,
)

_DOCS: Final = Path(__file__).parents[1]
_DEPLOY: Final = _DOCS.parent / "deploy"

PAGES: Final[Mapping[Path, Callable[[], str]]] = {
    _DOCS / "transitions.md": transitions.page,
    _DOCS / "reference" / "events.md": events.page,
    _DOCS / "reference" / "query.md": query.page,
    _DOCS / "reference" / "errors.md": errors.page,
    _DOCS / "reference" / "sql-functions.md": sql_functions.page,
    _DOCS / "reference" / "sql-functions-of-the-api.md": sql_functions.api_page,
    _DOCS / "reference" / "sql-functions-of-services.md": sql_functions.services_page,
    _DOCS / "reference" / "command-line.md": command_line.page,
    _DOCS / "reference" / "command-line-maintain.md": command_line.maintenance_page,
    _DOCS / "reference" / "python.md": python.page,
    _DOCS / "reference" / "http-api.md": http_api.page,
    _DOCS / "reference" / "metrics.md": metrics.page,
    _DOCS / "reference" / "findings.md": findings.page,
    _DEPLOY / "prometheus" / "rules.yaml": alerts.page,
    _DEPLOY / "grafana" / "task-ledger.json": dashboard.page,
}
"""The text of each generated page, by its path."""
