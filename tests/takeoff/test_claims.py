"""Nothing that is claimed on made-up sheets is wrong; `python -m takeoff.quality.claims` asks of
2,000 of them what this asks of a few.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from takeoff.quality.claims import Claim, claims_on_sheet, measure_claims, table_of
from takeoff.quality.drawn import Known
from takeoff.quality.measuring import Outcome
from takeoff.terms import Unit


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_nothing_that_is_claimed_on_a_made_up_sheet_is_wrong(seed: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        claims = list(claims_on_sheet(Path(place) / "sheet.pdf", Random(seed)))
    assert [claim for claim in claims if claim.outcome is Outcome.WRONG] == []


def test_half_of_what_is_drawn_is_claimed() -> None:
    known = [claim for claim in measure_claims(8, seed=7) if claim.known.quantity is not None]
    assert [claim for claim in known if claim.outcome is Outcome.WRONG] == []
    assert len([claim for claim in known if claim.claimed is not None]) > 0.5 * len(known)


def test_a_claim_is_right_within_2_percent_and_a_count_exactly() -> None:
    def outcome(quantity: float | None, claimed: float | None, unit: Unit) -> Outcome:
        return Claim(1, Known("Shop", unit, quantity, "room"), claimed, 0.95, "").outcome

    assert outcome(100, 101.9, Unit.SF) is Outcome.RIGHT
    assert outcome(100, 102.1, Unit.SF) is Outcome.WRONG
    assert outcome(100, 99, Unit.EA) is Outcome.WRONG
    assert outcome(100, None, Unit.SF) is Outcome.NOT_FOUND
    assert outcome(None, 100, Unit.SF) is Outcome.WRONG
    assert outcome(None, None, Unit.SF) is Outcome.RIGHT


def test_wrong_claims_are_counted_apart_from_those_that_were_sure() -> None:
    room = Known("Shop", Unit.SF, 100.0, "room")
    claims = [
        Claim(1, room, 100.0, 0.95, ""),
        Claim(1, room, 50.0, 0.95, ""),
        Claim(1, room, 50.0, 0.5, ""),
        Claim(1, room, None, 0.0, "It is open."),
    ]
    assert table_of(claims)[2] == "| in all | 4 | 4 | 3 | 2 | 2 | 1 |"
