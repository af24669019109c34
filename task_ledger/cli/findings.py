"""Printing what verification found."""

from dataclasses import asdict

from task_ledger.cli.printing import print_json, print_line, shown
from task_ledger.eventlog.verify import Finding


def print_finding(finding: Finding, *, json: bool) -> None:
    """Print a mismatch as a line of text or of JSON."""
    if json:
        print_json(asdict(finding))
        return
    where = f"project {shown(finding.project_id)}" if finding.project_id else "all projects"
    if finding.task_id is not None:
        where += f", task {finding.task_id}, version {finding.version}"
    if finding.seq is not None:
        where += f", number {finding.seq} of the timeline"
    print_line(f"{where}: {finding.reason}")
