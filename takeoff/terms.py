"""The enumerations of the takeoff domain, as stored in the database."""

from enum import StrEnum


class ContentType(StrEnum):
    """File types of uploaded drawings."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"


class ConcreteRelevance(StrEnum):
    """How much a sheet says about concrete."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class MeasurementType(StrEnum):
    """What a condition measures."""

    LINEAR = "linear"
    AREA = "area"
    VOLUME = "volume"
    COUNT = "count"


class Unit(StrEnum):
    """Units of quantity: linear feet, square feet, cubic yards, each; metres, square metres and
    cubic metres.
    """

    LF = "LF"
    SF = "SF"
    CY = "CY"
    EA = "EA"
    M = "M"
    M2 = "M2"
    M3 = "M3"


class UnitSystem(StrEnum):
    """The units that a project measures in."""

    IMPERIAL = "imperial"
    METRIC = "metric"


class GeometryType(StrEnum):
    """The shape of a measurement on its page."""

    LINE = "line"
    POLYLINE = "polyline"
    POLYGON = "polygon"
    RECTANGLE = "rectangle"
    CIRCLE = "circle"
    POINT = "point"


class Review(StrEnum):
    """A person's review of a measurement."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ChangeAction(StrEnum):
    """The kind of a manual change."""

    MEASUREMENT_ADDED = "measurement_added"
    MEASUREMENT_EDITED = "measurement_edited"
    MEASUREMENT_REVIEWED = "measurement_reviewed"
    MEASUREMENT_DELETED = "measurement_deleted"
    CONDITION_ADDED = "condition_added"
    CONDITION_EDITED = "condition_edited"
    CONDITION_DELETED = "condition_deleted"
    DOCUMENT_DELETED = "document_deleted"
    SHEET_SUPERSEDED = "sheet_superseded"
    SHEET_RESTORED = "sheet_restored"
    MEASUREMENTS_ADDED = "measurements_added"
    MEASUREMENTS_DELETED = "measurements_deleted"
    PROJECT_EDITED = "project_edited"
