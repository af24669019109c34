"""The prompts for vision providers."""

from takeoff.providers.picture import Picture
from takeoff.providers.provider import Subject
from takeoff.terms import MeasurementType

_SHAPES = {
    MeasurementType.AREA: "Outline each one as a polygon along its edges.",
    MeasurementType.VOLUME: "Outline each one as a polygon along its edges.",
    MeasurementType.LINEAR: "Trace each one as a polyline along its middle.",
    MeasurementType.COUNT: "Mark each one with one point at its centre.",
}
_RULES = (
    "Report only what is drawn; never guess geometry. Leave out what is only in schedules, notes,"
    " legends or the title block. What you see and cannot outline goes into withheld, with the"
    " reason. Confidence is between 0 and 1; evidence names the text or linework it rests on."
)


def classification_question() -> str:
    """What does the sheet show?"""
    return (
        "This is one sheet of a set of construction drawings. Say which discipline drew it, what"
        " kind of page it is, and how much it says about concrete work. Answer null for what the"
        " sheet does not tell. Evidence lists the words or things that you rely on."
    )


def find_question(subject: Subject, picture: Picture) -> str:
    """Where is each element of the subject?"""
    depth = f", {subject.depth_in:g} in deep" if subject.depth_in is not None else ""
    return (
        f"This is one sheet of a set of construction drawings. Find every “{subject.name}”{depth}"
        f" for a quantity takeoff in {subject.unit}. {_SHAPES[subject.measurement_type]}"
        f" {_coordinates(picture)} {_RULES}"
    )


def survey_question(picture: Picture) -> str:
    """What can be measured, of which kinds, and where?"""
    kinds = " ".join(
        f"Measurement type {kind}: {how[0].lower()}{how[1:]}" for kind, how in _SHAPES.items()
    )
    return (
        "This is one sheet of a set of construction drawings. Make a quantity takeoff: find each"
        " kind of concrete, masonry, opening or other countable element, name it as the drawing"
        " does, choose how it is measured, give its depth in inches where the drawing states one"
        f" (a volume needs it), and find all of its elements. {kinds} {_coordinates(picture)}"
        f" {_RULES}"
    )


def _coordinates(picture: Picture) -> str:
    return (
        f"The image is {picture.width_px} pixels wide and {picture.height_px} high; coordinates"
        " are its pixels, from the top left corner."
    )
