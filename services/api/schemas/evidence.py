"""What an answer about a page rests on, so that a person can check it on the page."""

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
    turn: float = Field(description="Degrees counter-clockwise from upright.")
    size_px: float = Field(description="The size of its font, in pixels.")
    source: str = Field(description="text layer, tesseract or rapidocr.")
    confidence: float = Field(description="0 to 1.")


class FindingAnswer(BaseModel):
    """A text, where it stands, and the rule that chose it."""

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
    """One answer about what a page shows."""

    value: str | None
    confidence: float = Field(description="0 to 1.")
    rule: str
    evidence: list[str] = Field(description="The words that it rests on.")
    boxes: list[Box] = Field(default=[], description="Where those words stand.")


class ClassificationAnswer(BaseModel):
    """What a page shows."""

    discipline: JudgementAnswer
    page_type: JudgementAnswer
    concrete_relevance: JudgementAnswer
    confidence: float = Field(description="That of the least sure of the three.")
    provider: str = Field(description="Who says so: ocr for rules over the text.")
    model: str | None


class ScaleEvidenceAnswer(BaseModel):
    """One sign of the scale."""

    source: str
    pixels_per_foot: float
    text: str
    box: Box
    rule: str


class ScaleStatementAnswer(BaseModel):
    """A scale as it is written on the page."""

    text: str
    kind: str
    ratio: float | None = Field(description="N of 1:N.")
    role: str = Field(description="view, title block or list of scales.")
    view_title: str | None
    box: Box


class ScaleDetectionAnswer(BaseModel):
    """What the page says about its scale, and what speaks against it."""

    scale_text: str | None
    pixels_per_foot: float | None
    method: str | None
    calibrated: bool
    reasons: list[str] = Field(
        description="Why it is not calibrated, and what disagrees, such as a reduced print."
    )
    evidence: list[ScaleEvidenceAnswer]
    statements: list[ScaleStatementAnswer]
