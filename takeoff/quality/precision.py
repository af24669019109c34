"""Reports precision, an estimator's first question: how many claims were right."""

from __future__ import annotations

from collections.abc import Sequence

from takeoff.quality.claims import Claim, table_of
from takeoff.quality.measuring import Outcome
from takeoff.quality.takeoffs import TAKEOFF_TOLERANCE, TakeoffRow

_HEAD = f"""
## Of what was claimed, how much was right

An area is right within {TAKEOFF_TOLERANCE:.0%}, a count exactly. What is withheld is told with its
reason, and is not wrong; a claim about something of which the sheet does not say how much there is
always is. Sure are claims of 0.9 and more. The real drawings and their conditions are listed
[below](#what-is-measured); `takeoff.quality.drawn` draws the made-up sheets, by the seeds 1 and up.

| sheets | claimed | right | wrong | wrong and sure | known | claimed of what is known |
|---|---|---|---|---|---|---|
"""
_MADE_UP = """
### By what is drawn on the made-up sheets

Asked are conditions; known is of how many of them the sheet says how much there is.

"""


def report_of_precision(rows: Sequence[TakeoffRow], claims: Sequence[Claim], sheets: int) -> str:
    """Return the precision of claims on known pages and on ``sheets`` generated sheets."""
    real = [
        ("real drawings and the sample", [(row.outcome, row.measured is not None, row.sure,
                                           row.true > 0) for row in rows]),
        (f"{sheets:,} made-up sheets", [(claim.outcome, claim.claimed is not None, claim.sure,
                                         claim.known.quantity is not None) for claim in claims]),
    ]  # fmt: skip
    lines = [_line(name, answers) for name, answers in real]
    return _HEAD + "\n".join(lines) + "\n" + _MADE_UP + "\n".join(table_of(claims)) + "\n"


def _line(name: str, answers: Sequence[tuple[Outcome, bool, float, bool]]) -> str:
    claimed = [each for each in answers if each[1]]
    wrong = [each for each in claimed if each[0] is Outcome.WRONG]
    sure = [each for each in wrong if each[2] >= 0.9]
    known = [each for each in answers if each[3]]
    of_known = sum(each[1] for each in known)
    right = len(claimed) - len(wrong)
    share = f"{right / len(claimed):.2%}" if claimed else "none"
    part = f"{of_known / len(known):.0%}" if known else "none"
    return (
        f"| {name} | {len(claimed):,} | {right:,} ({share}) | {len(wrong):,} | {len(sure):,}"
        f" | {len(known):,} | {of_known:,} ({part}) |"
    )
