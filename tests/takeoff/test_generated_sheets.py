"""Of sheets drawn by chance nothing wrong is claimed, and enough is claimed."""

from __future__ import annotations

import subprocess
import sys
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takeoff.quality.generated.reading import Claim, claims_of
from takeoff.quality.generated.sheet import some_sheet
from takeoff.quality.generated.tally import claims_of_sheets, report_of_generated, tallied


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(st.randoms(use_true_random=False))
def test_nothing_wrong_is_claimed_of_a_generated_sheet(chance: Random) -> None:
    for claim in claims_of(some_sheet(chance)):
        assert claim.claimed is None or claim.right, claim


def test_most_of_what_is_known_is_claimed() -> None:
    number, title, scale = tallied(claim for _, claim in claims_of_sheets(60))

    assert (number.question, title.question, scale.question) == ("sheet number", "title", "scale")
    assert number.right == number.known
    assert title.right == title.known
    assert scale.right >= 0.45 * scale.known


def test_the_same_number_draws_the_same_sheet() -> None:
    one, other = some_sheet(Random(7)), some_sheet(Random(7))

    assert one == other
    assert some_sheet(Random(8)) != one


def test_a_wrong_claim_is_counted() -> None:
    claims = [
        Claim("scale", 18.05, 18.0),
        Claim("scale", 18.2, 18.0),
        Claim("scale", 9.0, None),
        Claim("scale", None, 18.0),
    ]

    (tally,) = tallied(claims)

    assert (tally.known, tally.claimed, tally.right) == (3, 3, 1)
    assert "| scale | 3 | 1 | 33.33% | 3 | 33.3% |" in report_of_generated(4, [tally])


def test_the_long_form_tells_what_it_read() -> None:
    command = [sys.executable, "-m", "takeoff.quality.generated", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert "of 3 sheets" in done.stdout
