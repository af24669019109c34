"""Within small bounds everything holds, and each property has a rule without which it breaks.

`make model` has the larger bounds, and every rule.
"""

import re

import pytest

from model.judge import PAGE, breaks, hold, states_told
from model.runs import BOUNDS, MUTANTS, SHORT_MUTANTS, Bounds, Mutant
from model.spin import FOLDER, explore, find_cycle

SHORT = [bounds for bounds in BOUNDS if bounds.short]


@pytest.mark.usefixtures("spin")
@pytest.mark.parametrize("bounds", SHORT, ids=lambda bounds: f"{bounds.model}: {bounds.name}")
def test_everything_holds(bounds: Bounds) -> None:
    _, wrong = hold(bounds)
    assert wrong is None


@pytest.mark.usefixtures("spin")
@pytest.mark.parametrize("mutant", SHORT_MUTANTS, ids=lambda mutant: mutant.rule)
def test_without_its_rule_a_property_breaks(mutant: Mutant) -> None:
    found, wrong = breaks(mutant)
    assert wrong is None
    assert found.steps


def test_every_rule_that_can_be_taken_out_is_taken_out() -> None:
    for model in {mutant.model for mutant in MUTANTS}:
        rules = {mutant.rule for mutant in MUTANTS if mutant.model == model}
        assert rules == switches(model), model


def test_every_property_is_broken_by_a_mutant() -> None:
    """A property that nothing breaks might be one that cannot be broken."""
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.pml"))
    properties = set(re.findall(r"^bool (\w+) = WATCHED;", text, re.MULTILINE))
    assert properties == {mutant.breaks for mutant in MUTANTS}


def test_the_page_tells_of_every_model_rule_and_property() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [bounds for bounds in BOUNDS if states_told(bounds) is None] == []
    assert [mutant.rule for mutant in MUTANTS if f"| `{mutant.rule}` |" not in page] == []
    assert [mutant.breaks for mutant in MUTANTS if f"`{mutant.breaks}`" not in page] == []


@pytest.mark.usefixtures("spin")
def test_a_search_that_is_cut_short_is_not_taken_for_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("model.spin.DEPTH", 20)
    found = explore("steps", ())
    assert (found.error, found.complete) == (None, False)


@pytest.mark.usefixtures("spin")
def test_a_cycle_is_found() -> None:
    """Time passes for ever in leases."""
    assert find_cycle("leases", ()).error is not None


FILES = {
    "attempts": ["attempts", "ledger", "worker", "disk", "flight"],
    "steps": ["steps"],
    "leases": ["leases"],
    "feed": ["feed", "follower"],
}


def switches(model: str) -> set[str]:
    """The rules that a model's files take out when they are defined."""
    text = "".join((FOLDER / f"{name}.pml").read_text(encoding="utf-8") for name in FILES[model])
    found = set(re.findall(r"\b(NO_[A-Z_]+|FENCED_[A-Z_]+|CACHED_[A-Z_]+)\b", text))
    defined = set(re.findall(r"#define (\w+)", text))
    return found - defined
