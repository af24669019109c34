"""A provider that reads the image of a sheet with a model behind a chat."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from takeoff.geometry.shape import BadShape, Shape
from takeoff.providers.answers import FoundElement, FoundElements, FoundTypes, LeftOut, SeenSheet
from takeoff.providers.chat import AnswerT, Chat, Reply
from takeoff.providers.picture import Picture, picture_of
from takeoff.providers.provider import (
    Answered,
    Detection,
    Element,
    ElementType,
    SeenClassification,
    Sheet,
    Subject,
    Survey,
    Withheld,
)
from takeoff.providers.questions import (
    classification_question,
    find_question,
    survey_question,
)
from takeoff.terms import GeometryType, MeasurementType, Unit

_UNITS = {
    MeasurementType.LINEAR: Unit.LF,
    MeasurementType.AREA: Unit.SF,
    MeasurementType.VOLUME: Unit.CY,
    MeasurementType.COUNT: Unit.EA,
}


class VisionProvider:
    """Sends the image, reduced to the chat's limit, and maps the answer to the page."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @property
    def name(self) -> str:
        """The chat's name."""
        return self._chat.name

    @property
    def model(self) -> str:
        """The model's name."""
        return self._chat.model

    def classify(self, image: Path) -> SeenClassification:
        """See :meth:`takeoff.providers.provider.Provider.classify`."""
        picture = picture_of(image, self._chat.longest_edge_px)
        reply, answered = self._ask(picture, classification_question(), SeenSheet)
        seen = reply.answer
        return SeenClassification(
            answered,
            seen.discipline,
            seen.page_type,
            seen.concrete_relevance,
            seen.confidence,
            tuple(seen.evidence),
        )

    def find(self, sheet: Sheet, subject: Subject) -> Detection:
        """See :meth:`takeoff.providers.provider.Provider.find`."""
        picture = picture_of(sheet.image, self._chat.longest_edge_px)
        reply, answered = self._ask(picture, find_question(subject, picture), FoundElements)
        elements, withheld = _placed(reply.answer.elements, sheet, picture)
        return Detection(answered, elements, (*withheld, *_left_out(reply.answer.withheld)))

    def survey(self, sheet: Sheet) -> Survey:
        """See :meth:`takeoff.providers.provider.Provider.survey`."""
        picture = picture_of(sheet.image, self._chat.longest_edge_px)
        reply, answered = self._ask(picture, survey_question(picture), FoundTypes)
        types: dict[str, ElementType] = {}
        withheld = [*_left_out(reply.answer.withheld)]
        for found in reply.answer.types:
            if found.measurement_type is MeasurementType.VOLUME and found.depth_in is None:
                withheld.append(Withheld("a volume without a depth", found.name))
                continue
            elements, left = _placed(found.elements, sheet, picture)
            withheld += left
            if found.name in types:
                known = types[found.name]
                types[found.name] = ElementType(known.subject, (*known.elements, *elements))
            elif elements:
                unit = _UNITS[found.measurement_type]
                subject = Subject(found.name, found.measurement_type, unit, found.depth_in)
                types[found.name] = ElementType(subject, elements)
        return Survey(answered, tuple(types.values()), tuple(withheld))

    def _ask(
        self, picture: Picture, question: str, form: type[AnswerT]
    ) -> tuple[Reply[AnswerT], Answered]:
        began = time.monotonic()
        reply = self._chat.ask(picture, question, form)
        latency_ms = round((time.monotonic() - began) * 1000)
        answered = Answered(
            self.name, reply.model, latency_ms, reply.input_tokens, reply.output_tokens
        )
        return reply, answered


def _placed(
    found: Iterable[FoundElement], sheet: Sheet, picture: Picture
) -> tuple[tuple[Element, ...], list[Withheld]]:
    """Map elements from the picture to the page's image; withhold those that cannot be mapped."""
    across, down = sheet.width_px / picture.width_px, sheet.height_px / picture.height_px
    elements: list[Element] = []
    withheld: list[Withheld] = []
    for each in found:
        points: Any = tuple((at.x, at.y) for at in each.points)
        try:
            shape = Shape(GeometryType(each.shape), points).scaled(across, down)
        except BadShape as error:
            withheld.append(Withheld(error.message, each.label))
            continue
        if not shape.inside(sheet.width_px, sheet.height_px):
            withheld.append(Withheld("It lies outside of the page.", each.label))
            continue
        elements.append(Element(shape, each.confidence, each.evidence, each.label))
    return tuple(elements), withheld


def _left_out(found: Iterable[LeftOut]) -> tuple[Withheld, ...]:
    return tuple(Withheld(each.reason, each.label) for each in found)
