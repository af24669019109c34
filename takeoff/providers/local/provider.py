"""The local provider: exact on clean vectors, weak on open rooms, blind on scans."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from takeoff.providers.errors import CannotSee, ProviderAnswerUnusable
from takeoff.providers.local.areas import find_outlined
from takeoff.providers.local.counting import find_counted
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.surveying import survey_of
from takeoff.providers.provider import (
    Answered,
    Detection,
    Element,
    Sheet,
    Subject,
    Survey,
    Withheld,
)
from takeoff.terms import Unit, UnitSystem
from takeoff.units import in_system
from takeoff.vectors import PathsUnreadable, read_paths

_SCAN = Withheld("The page draws no vectors: it is an image. Use a provider that sees images.")


class LocalProvider:
    """Finds labelled outlines. Never invents geometry: what it cannot outline is in ``withheld``
    with the reason. Sends no request.
    """

    name = "local"
    model = "vectors"

    def classify(self, image: Path) -> NoReturn:  # noqa: ARG002 (as the protocol has it)
        """Not supported.

        Raises:
            CannotSee: always.
        """
        raise CannotSee(
            "The provider local does not read images. Classify by text, or choose openai or"
            " anthropic."
        )

    def find(self, sheet: Sheet, subject: Subject) -> Detection:
        """See :meth:`takeoff.providers.provider.Provider.find`."""
        began = time.monotonic()
        drawn = _drawn(sheet)
        if drawn is None:
            return Detection(self._answered(began), (), (_SCAN,))
        subject = replace(subject, unit=in_system(subject.unit, UnitSystem.IMPERIAL))
        elements, withheld = find_on(drawn, subject)
        return Detection(self._answered(began), tuple(elements), tuple(withheld))

    def survey(self, sheet: Sheet) -> Survey:
        """See :meth:`takeoff.providers.provider.Provider.survey`."""
        began = time.monotonic()
        drawn = _drawn(sheet)
        if drawn is None:
            return Survey(self._answered(began), (), (_SCAN,))
        types, withheld = survey_of(drawn)
        return Survey(self._answered(began), tuple(types), tuple(withheld))

    def _answered(self, began: float) -> Answered:
        return Answered(self.name, self.model, round((time.monotonic() - began) * 1000))


def find_on(drawn: DrawnSheet, subject: Subject) -> tuple[list[Element], list[Withheld]]:
    """Return the elements of one subject on a sheet already read, and what is withheld."""
    find = find_counted if subject.unit is Unit.EA else find_outlined
    elements, withheld = find(drawn, subject)
    if not elements and not withheld:
        withheld = [Withheld(f'No text on the sheet names "{subject.name}".')]
    return elements, withheld


def _drawn(sheet: Sheet) -> DrawnSheet | None:
    if sheet.source is None:
        return None
    try:
        paths = read_paths(sheet.source, sheet.number, sheet.width_px, sheet.height_px)
    except PathsUnreadable as error:
        raise ProviderAnswerUnusable(error.message) from error
    return DrawnSheet.of(sheet, paths) if paths.paths else None
