"""Draws things to count: symbols with marks, tags with quantities, lists, and mere notes."""

from __future__ import annotations

from collections.abc import Iterator

from takeoff.quality.drawn.cell import Cell
from takeoff.quality.drawn.truth import Known
from takeoff.terms import Unit


def tagged_plants(cell: Cell, name: str) -> Iterator[Known]:
    """Draw groups of plants with tags that state their quantity, and maybe a list of them."""
    draw = cell.draw
    style = draw.choice(("{n}, {name}", "({n}) {name}", "{n} {name}", "{n} EA {name}"))
    groups = [draw.randrange(1, 13) for _ in range(draw.randrange(1, 4))]
    draws_all = draw.random() < 0.5
    for row, number in enumerate(groups):
        y = cell.side * (0.85 - 0.22 * row)
        drawn = number if draws_all else draw.randrange(1, 5)
        for at in range(drawn):
            cell.circle((3 + 2.2 * at, y), 1.0)
        cell.text((cell.side * 0.5, y + 2.0 + cell.letters), style.format(n=number, name=name))
    total = sum(groups)
    lists = draw.choice(("none", "right", "wrong"))
    if lists != "none":
        _list(cell, name, total if lists == "right" else total + draw.randrange(1, 5))
    yield Known(name, Unit.EA, None if lists == "wrong" else total, f"tags, list {lists}")


def listed_only(cell: Cell, name: str) -> Iterator[Known]:
    """Write a thing that is in a list only."""
    _list(cell, name, cell.draw.randrange(1, 40))
    yield Known(name, Unit.EA, None, "in a list only")


def plural_note(cell: Cell, name: str) -> Iterator[Known]:
    """Draw a note about several things, with a leader, beside grid bubbles."""
    draw = cell.draw
    for at in range(5):
        x = cell.side * (0.15 + 0.17 * at)
        cell.circle((x, cell.side * 0.9), 1.2)
        cell.text((x, cell.side * 0.9), "ABCDE"[at])
        cell.line((x, cell.side * 0.9 - 1.2), (x, cell.side * 0.3), dash=(6, 3))
    note = draw.choice(
        ("NEW {n}S ALONG G.L.", "{n}S, TYP.", "{n}S", "{n}S PER STRUCTURAL", "PROVIDE {n} AT EACH")
    )
    words = note.format(n=name)
    wide, _ = cell.text_size(words)
    y = cell.side * 0.84
    cell.text((cell.side * 0.5, y), words)
    cell.line((cell.side * 0.5 + wide / 2 + 0.5 * cell.letters, y), (cell.side * 0.8, 3.0))
    yield Known(name.title() + "s", Unit.EA, None, "note")


def marked_symbols(cell: Cell, mark: str) -> Iterator[Known]:
    """Draw symbols of one form; some may have no mark, or a schedule may list them."""
    draw = cell.draw
    number = draw.randrange(2, 7)
    misses = draw.random() < 0.2
    for at in range(number):
        x, y = 3 + (at % 3) * cell.side * 0.3, 4 + (at // 3) * cell.side * 0.3
        cell.box(x, y, x + 2, y + 2)
        if not (misses and at == number - 1):
            wide, high = cell.text_size(mark)
            cell.text((x + 2 + wide / 2 + 0.4, y + 1 + high / 4), mark)
    # One without a mark is reported and not counted.
    yield Known(mark, Unit.EA, number - misses, "marks" + (", one missing" * misses))


def _list(cell: Cell, name: str, number: int) -> None:
    top = cell.letters * 9
    left, right = cell.side * 0.3, cell.side * 0.8
    rows = [("BOTANICAL NAME", "QUANTITY"), (name, str(number)), ("ILEX", "3"), ("ACER", "12")]
    if cell.draw.random() < 0.7:
        cell.paragraph(
            (left, top + 2.2 * cell.letters), [cell.draw.choice(("PLANT LIST", "SCHEDULE"))]
        )
    for row, words in enumerate(rows):
        cell.row(top, row, ((left, words[0]), (right, words[1])))
