"""The evidence for statements about a page, so that a person can check them on the page."""

from pydantic import BaseModel, Field

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the page image."""


class WordAnswer(BaseModel):
    """A word on the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    turn: float = Field(description="Rotation in degrees, counter-clockwise from upright.")
    size_px: float = Field(description="Font size in pixels.")
    source: str = Field(description="`text layer`, `tesseract` or `rapidocr`.")
    confidence: float = Field(description="0 to 1.")


class FindingAnswer(BaseModel):
    """A text, its box on the page, and the rule that chose it."""

    text: str
    box: Box
    rule: str


class TitleBlockAnswer(BaseModel):
    """What the title block says; null for what was not found."""

    sheet_number: FindingAnswer | None
    title: FindingAnswer | None
    discipline: str | None
    sheet_type: str | None


class JudgementAnswer(BaseModel):
    """One judgement about what a page shows."""

    value: str | None
    confidence: float = Field(description="0 to 1.")
    rule: str
    evidence: list[str] = Field(description="The words that support it.")
    boxes: list[Box] = Field(default=[], description="The boxes of those words.")


class ClassificationAnswer(BaseModel):
    """What a page shows."""

    discipline: JudgementAnswer
    page_type: JudgementAnswer
    concrete_relevance: JudgementAnswer
    confidence: float = Field(description="The lowest confidence of the three judgements.")
    provider: str = Field(
        description="The provider that classified the page; `ocr` means rules applied to its text."
    )
    model: str | None


class ScaleEvidenceAnswer(BaseModel):
    """One piece of evidence for the scale."""

    source: str
    pixels_per_foot: float
    text: str
    box: Box
    rule: str


class ScaleStatementAnswer(BaseModel):
    """A scale written on the page."""

    text: str
    kind: str
    ratio: float | None = Field(description="N of 1:N.")
    role: str = Field(description="`view`, `title block` or `list of scales`.")
    view_title: str | None
    box: Box


class ScaleDetectionAnswer(BaseModel):
    """The result of scale detection: evidence for the scale, and reasons against it."""

    scale_text: str | None
    pixels_per_foot: float | None
    method: str | None
    calibrated: bool
    reasons: list[str] = Field(
        description="Why the page is not calibrated, and contradictions such as a reduced print."
    )
    evidence: list[ScaleEvidenceAnswer]
    statements: list[ScaleStatementAnswer]
