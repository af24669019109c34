"""The takeoff tables as SQLAlchemy models.

The SQL under ``takeoff/schema`` creates the tables; these classes describe them to Python, and a
test compares the two. No model has a status column: the state of processing is read from the
ledger.
"""

from __future__ import annotations

import enum
import uuid
from datetime import datetime
from typing import Any, ClassVar

import uuid_utils.compat
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Double,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    func,
    not_,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from takeoff.terms import (
    ChangeAction,
    ConcreteRelevance,
    ContentType,
    GeometryType,
    MeasurementType,
    Review,
    Unit,
    UnitSystem,
)

JsonObject = dict[str, Any]
Json = JsonObject | list[Any]

CERTAIN = 0.9
"""A measurement read from the drawing itself counts without review from this confidence on; see
`DRAWING_READERS`.
"""

DRAWING_READERS = frozenset({"local"})
"""The providers that measure the drawing's own lines and text. The confidence of any other provider
is a self-assessment: its findings wait for review, however high it is.
"""


def _stored_as_text(kind: type[enum.StrEnum]) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=None,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
    )


def _new_id() -> uuid.UUID:
    return uuid_utils.compat.uuid7()


class Base(DeclarativeBase):
    """Declarative base of every takeoff table; all live in the schema ``takeoff``."""

    metadata = MetaData(schema="takeoff")
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: Integer(),
        float: Double(),
        bool: Boolean(),
        uuid.UUID: Uuid(),
        datetime: DateTime(timezone=True),
        Json: JSONB(none_as_null=True),
        JsonObject: JSONB(none_as_null=True),
        ContentType: _stored_as_text(ContentType),
        ConcreteRelevance: _stored_as_text(ConcreteRelevance),
        MeasurementType: _stored_as_text(MeasurementType),
        Unit: _stored_as_text(Unit),
        UnitSystem: _stored_as_text(UnitSystem),
        GeometryType: _stored_as_text(GeometryType),
        Review: _stored_as_text(Review),
        ChangeAction: _stored_as_text(ChangeAction),
    }


class Project(Base):
    """A construction project.

    ``id`` is text, because other applications' project ids may be numbers, slugs or UUIDs: the
    caller gives one (see :func:`takeoff.projects.check_project_id`), or
    :func:`takeoff.projects.new_project_id` makes one. ``unit_system`` is that of its new
    conditions.
    """

    __tablename__ = "project"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str]
    unit_system: Mapped[UnitSystem] = mapped_column(
        server_default=text("'imperial'"), default=UnitSystem.IMPERIAL
    )


class Document(Base):
    """An uploaded PDF or image; its bytes are in the object storage under ``storage_key``.

    ``page_count`` is null until the document has been split into pages. ``processing_task_id`` is
    the task that processes its pages, or did so last; its progress is in the ledger.
    """

    __tablename__ = "document"
    __table_args__ = (Index("document_by_project", "project_id", "created_at", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=_new_id)
    project_id: Mapped[str] = mapped_column(ForeignKey("takeoff.project.id"))
    file_name: Mapped[str]
    content_type: Mapped[ContentType]
    sha256: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    storage_key: Mapped[str] = mapped_column(unique=True)
    page_count: Mapped[int | None]
    processing_task_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    uploaded_by: Mapped[str]


class Page(Base):
    """One page of a document, rendered to an image.

    All geometry of the domain is in pixels of that image, origin at its top left corner. ``dpi``,
    ``width_in`` and ``height_in`` are null together if the physical size is unknown (an image file
    without a usable resolution). ``text_characters`` is the length of its text layer: if long
    enough, no OCR is needed. ``scale_value`` is in pixels per foot; nothing is measured unless
    ``calibrated`` is true. ``ocr_blocks`` are the words (:meth:`takeoff.ocr.SeenWord.as_block`).
    ``title_block``, ``classification`` and ``scale_detection`` are findings with their evidence, as
    their classes' ``as_json`` returns them; ``scale_calibration`` is who set the scale by hand, and
    how. ``superseded_by`` is the next revision of the sheet; measurements on a superseded page do
    not count.
    """

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=_new_id)
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("takeoff.document.id"))
    number: Mapped[int]
    image_key: Mapped[str]
    width_px: Mapped[int]
    height_px: Mapped[int]
    dpi: Mapped[float | None]
    width_in: Mapped[float | None]
    height_in: Mapped[float | None]
    text_characters: Mapped[int | None]
    sheet_number: Mapped[str | None]
    title: Mapped[str | None]
    discipline: Mapped[str | None]
    page_type: Mapped[str | None]
    concrete_relevance: Mapped[ConcreteRelevance | None]
    scale_text: Mapped[str | None]
    scale_value: Mapped[float | None]
    scale_unit: Mapped[str | None]
    scale_method: Mapped[str | None]
    calibrated: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    ocr_text: Mapped[str | None]
    ocr_blocks: Mapped[Json | None]
    title_block: Mapped[Json | None]
    classification: Mapped[Json | None]
    scale_detection: Mapped[Json | None]
    scale_calibration: Mapped[Json | None]
    superseded_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("takeoff.page.id"), unique=True
    )

    @property
    def read(self) -> bool:
        """Whether the page's words were read."""
        return self.ocr_text is not None


class ClassificationHistory(Base):
    """One classification of a page by one provider; rows are only added."""

    __tablename__ = "classification_history"
    __table_args__ = (Index("classification_history_by_page", "page_id", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=_new_id)
    page_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("takeoff.page.id"))
    task_id: Mapped[uuid.UUID | None]
    provider: Mapped[str]
    model: Mapped[str | None]
    used_vision: Mapped[bool]
    discipline: Mapped[str | None]
    page_type: Mapped[str | None]
    concrete_relevance: Mapped[ConcreteRelevance | None]
    confidence: Mapped[float | None]
    latency_ms: Mapped[int | None]
    evidence: Mapped[Json | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Condition(Base):
    """Something to measure in a project, e.g. "5 in slab on grade" as a volume in CY.

    ``depth_in`` is in inches; a volume needs it. ``depth_stated_by`` is the model that stated the
    depth, null if a person or the drawing's text did. ``total_quantity``, in ``unit``, and
    ``measurement_count`` cover the measurements that count (:attr:`Measurement.counts`),
    ``waiting_quantity`` and ``waiting_count`` those that wait for review.
    """

    __tablename__ = "condition"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=_new_id)
    project_id: Mapped[str] = mapped_column(ForeignKey("takeoff.project.id"))
    name: Mapped[str]
    measurement_type: Mapped[MeasurementType]
    unit: Mapped[Unit]
    depth_in: Mapped[float | None]
    depth_stated_by: Mapped[str | None]
    total_quantity: Mapped[float] = mapped_column(server_default=text("0"), default=0.0)
    measurement_count: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    waiting_quantity: Mapped[float] = mapped_column(server_default=text("0"), default=0.0)
    waiting_count: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Measurement(Base):
    """One measured element on a page.

    ``geometry`` and ``pixel_length`` are in page pixels, ``pixel_area`` in square page pixels,
    ``quantity`` in ``unit``, ``confidence`` between 0 and 1. ``number`` counts a task's
    measurements of the condition from 1. ``label`` is the sheet's name for the element. ``review``
    is a person's decision, ``reviewed_by`` that person. ``drawn_by`` drew or redrew the shape;
    after a redraw, ``found`` holds the ``geometry_type`` and ``geometry`` that the provider found.
    ``superseded``: its page has a newer revision.
    """

    __tablename__ = "measurement"
    __table_args__ = (
        UniqueConstraint("task_id", "condition_id", "number"),
        Index("measurement_by_page", "page_id"),
        Index("measurement_by_condition", "condition_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=_new_id)
    page_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("takeoff.page.id"))
    condition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("takeoff.condition.id"))
    task_id: Mapped[uuid.UUID | None]
    number: Mapped[int] = mapped_column(server_default=text("1"), default=1)
    geometry_type: Mapped[GeometryType]
    geometry: Mapped[Json]
    quantity: Mapped[float]
    unit: Mapped[Unit]
    pixel_length: Mapped[float | None]
    pixel_area: Mapped[float | None]
    confidence: Mapped[float | None]
    provider: Mapped[str | None]
    model: Mapped[str | None]
    notes: Mapped[str | None]
    label: Mapped[str | None]
    review: Mapped[Review] = mapped_column(server_default=text("'open'"), default=Review.OPEN)
    reviewed_by: Mapped[str | None]
    drawn_by: Mapped[str | None]
    found: Mapped[JsonObject | None]
    superseded: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @hybrid_property
    def holds(self) -> bool:
        """Whether it is accepted, or certain and not rejected. Only findings of a provider that
        reads the drawing's own lines and text can be certain.
        """
        certain = (
            self.provider in DRAWING_READERS
            and self.confidence is not None
            and self.confidence >= CERTAIN
        )
        return self.review is Review.ACCEPTED or (self.review is Review.OPEN and certain)

    @holds.inplace.expression
    @classmethod
    def _holds(cls) -> ColumnElement[bool]:
        certain = func.coalesce(
            and_(cls.provider.in_(DRAWING_READERS), cls.confidence >= CERTAIN), False
        )
        return or_(cls.review == Review.ACCEPTED, and_(cls.review == Review.OPEN, certain))

    @hybrid_property
    def undecided(self) -> bool:
        """Whether it needs a person's review before it holds."""
        return self.review is Review.OPEN and not self.holds

    @undecided.inplace.expression
    @classmethod
    def _undecided(cls) -> ColumnElement[bool]:
        return and_(cls.review == Review.OPEN, not_(cls.holds))

    @hybrid_property
    def counts(self) -> bool:
        """Whether it is in its condition's total: it holds and its page is the current revision."""
        return self.holds and not self.superseded

    @counts.inplace.expression
    @classmethod
    def _counts(cls) -> ColumnElement[bool]:
        return and_(cls.holds, not_(cls.superseded))

    @hybrid_property
    def waits(self) -> bool:
        """Whether it waits for review and is therefore not in the total."""
        return self.undecided and not self.superseded

    @waits.inplace.expression
    @classmethod
    def _waits(cls) -> ColumnElement[bool]:
        return and_(cls.undecided, not_(cls.superseded))


class Change(Base):
    """One manual change; rows are only added.

    ``before`` and ``after`` are the row as JSON, null where it was added or deleted. ``undoes`` is
    the change that this one undoes.
    """

    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("undoes"),
        Index("change_by_project", "project_id", "id"),
        Index("change_by_measurement", "measurement_id", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=_new_id)
    project_id: Mapped[str] = mapped_column(ForeignKey("takeoff.project.id"))
    action: Mapped[ChangeAction]
    document_id: Mapped[uuid.UUID | None]
    page_id: Mapped[uuid.UUID | None]
    condition_id: Mapped[uuid.UUID | None]
    measurement_id: Mapped[uuid.UUID | None]
    before: Mapped[JsonObject | None]
    after: Mapped[JsonObject | None]
    undoes: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("takeoff.change.id"))
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
