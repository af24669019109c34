"""Counts tags, labels, and symbols of one form."""

from __future__ import annotations

from collections.abc import Sequence

from takeoff.providers.local.claims import without_listed, without_notes
from takeoff.providers.local.columns import solid_columns
from takeoff.providers.local.door_tags import count_door_tags
from takeoff.providers.local.drawn_sheet import DrawnSheet, centre_of, point_shape
from takeoff.providers.local.labels import Label, Standing
from takeoff.providers.local.matching import matches
from takeoff.providers.local.names import is_note, speaks_of_several
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.schedules import Scheduled, scheduled
from takeoff.providers.local.stated import count_in
from takeoff.providers.local.symbols import symbol_of, without_texts
from takeoff.providers.local.tags import count_tagged
from takeoff.providers.local.vocabulary import marks, terms
from takeoff.providers.provider import Element, Subject, Withheld

_BY_SYMBOL, _BY_TYPICAL, _BY_MARK, _BY_NAME = 0.95, 0.75, 0.8, 0.6
_AS_LISTED = 0.97
# Confidence if some symbols of the form carry no mark.
_UNMARKED = 0.7

_SEVERAL = "It refers to several and does not state how many."
_RUN_TOGETHER = "It may state a quantity, but runs into the title of a view."
_TELLS = "It is a note about it and does not mark one."


def find_counted(sheet: DrawnSheet, subject: Subject) -> tuple[list[Element], list[Withheld]]:
    """Return each drawn instance of a subject measured in EA."""
    named, notes = without_notes(matches(subject.name, sheet.labels), subject)
    found, listed = without_listed(named)
    withheld = notes + listed
    nouns = terms(subject.name)
    if "DOOR" in nouns:
        tagged = count_door_tags(sheet)
        if tagged:
            return tagged, withheld
    labels = [match.label for match in found]
    in_lists = _in_lists(sheet, subject)
    in_doubt = [
        match.label
        for match in named
        if match.label.standing is Standing.LISTED and count_in(match.label.text) is not None
    ]
    # A tag joined to the title of a view is not a tag of its own; neither is the title.
    run_together = [
        match.label
        for match in named
        if match.label.standing is Standing.VIEW_TITLE and count_in(match.label.text) is not None
    ]
    by_tags = count_tagged(sheet, [*labels, *in_doubt], in_lists)
    if by_tags is not None:
        elements, open_tags = by_tags
        open_tags += [Withheld(_RUN_TOGETHER, each.text, each.middle) for each in run_together]
        return [] if run_together else elements, withheld + open_tags
    single, several = _single(labels, subject)
    withheld += several
    if single and several:
        return [], withheld + [
            Withheld("Other texts refer to several of them.", label.text, label.middle)
            for label in single
        ]
    if single:
        elements, odd = _at_labels(sheet, single, is_mark=bool(marks(subject.name)))
        return _compared(elements, in_lists, withheld + odd)
    if "COLUMN" in nouns and not several:
        return solid_columns(sheet), withheld
    return [], withheld


def _single(labels: Sequence[Label], subject: Subject) -> tuple[list[Label], list[Withheld]]:
    """Separate labels of one thing from notes and from texts that refer to several."""
    wanted = terms(subject.name)
    kept: list[Label] = []
    withheld: list[Withheld] = []
    for label in labels:
        if speaks_of_several(label.text, wanted):
            withheld.append(Withheld(_SEVERAL, label.text, label.middle))
        elif is_note(label.text):
            withheld.append(Withheld(_TELLS, label.text, label.middle))
        else:
            kept.append(label)
    return kept, withheld


def _in_lists(sheet: DrawnSheet, subject: Subject) -> Scheduled | None:
    """Return the number of a subject that the lists of the sheet state."""
    wanted, wanted_marks = terms(subject.name), marks(subject.name)
    lists = [label.box for label in sheet.labels if label.standing is Standing.LISTED]
    phrases = [phrase for phrase in sheet.phrases if any(_inside(phrase.box, box) for box in lists)]

    def names(text: str) -> bool:
        if wanted_marks:
            return text.strip().upper() in wanted_marks
        return bool(wanted) and wanted <= terms(text)

    return scheduled(names, phrases, sheet.phrases)


def _inside(box: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _compared(
    elements: list[Element], listed: Scheduled | None, withheld: list[Withheld]
) -> tuple[list[Element], list[Withheld]]:
    """Return the elements with their confidence adjusted to a list on the sheet; none if its sum
    differs.
    """
    if listed is None or not elements:
        return elements, withheld
    if listed.count != len(elements):
        reason = (
            f"{len(elements)} are found, and the list on the sheet has {listed.count}: "
            f"{', '.join(listed.rows[:3])}."
        )
        return [], [*withheld, Withheld(reason, elements[0].label)]
    said = f" The list on the sheet has {listed.count} too."
    return [
        Element(each.shape, max(each.confidence, _AS_LISTED), each.evidence + said, each.label)
        for each in elements
    ], withheld


def _at_labels(
    sheet: DrawnSheet, labels: Sequence[Label], *, is_mark: bool
) -> tuple[list[Element], list[Withheld]]:
    """Count labels, each at its symbol if all have a symbol of the same form."""
    typical = [label for label in labels if "TYP" in label.text.upper()]
    symbols = [symbol_of(sheet, label) for label in labels]
    drawn = [symbol for symbol in symbols if symbol is not None]
    forms = without_texts(sheet, sheet.outlines.alike(drawn[0]), labels) if drawn else []
    at_symbols = len(drawn) == len(labels) == len(set(map(id, drawn))) and all(
        any(symbol is other for other in forms) for symbol in drawn
    )
    if typical:
        return _typical(typical, forms) if at_symbols else ([], [_not_told(typical[0])])
    if not at_symbols:
        sure = _BY_MARK if is_mark else _BY_NAME
        return [
            Element(point_shape(*label.middle), sure, f'The label "{label.text}".', label.text)
            for label in labels
        ], []
    unmarked = [each for each in forms if not any(each is symbol for symbol in drawn)]
    sure = _UNMARKED if unmarked else _BY_SYMBOL
    elements = [
        Element(point_shape(*centre_of(symbol)), sure, f'The symbol at "{label.text}".', label.text)
        for label, symbol in zip(labels, drawn, strict=True)
    ]
    return elements, [
        Withheld(
            f'It is drawn like those marked "{labels[0].text}" and carries no mark.',
            None,
            centre_of(each),
        )
        for each in unmarked
    ]


def _typical(
    labels: Sequence[Label], forms: Sequence[Outline]
) -> tuple[list[Element], list[Withheld]]:
    return [
        Element(
            point_shape(*centre_of(each)),
            _BY_TYPICAL,
            f'Drawn like the "{labels[0].text}".',
            labels[0].text,
        )
        for each in forms
    ], []


def _not_told(label: Label) -> Withheld:
    return Withheld(
        "It is typical of several, and nothing drawn beside it shows which.",
        label.text,
        label.middle,
    )
