"""Sets a page's scale by hand; takes effect at once, with precedence over detection."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.api.authorization import PageInReach
from services.api.resources import Takeoff
from services.api.schemas.drawings import PageAnswer
from takeoff.models import Page
from takeoff.page_scale import Calibration, by_line, by_text, by_value, calibrated
from takeoff.remeasuring import by_new_scale
from takeoff.terms import Unit
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.auth import Operating
from task_ledger.server.parameters import Text
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import api_router

router = api_router("drawings")

Finite = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e7, le=1e7)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=1e7)]


class KnownLine(BaseModel):
    """A line on the page image whose real length is known."""

    model_config = ConfigDict(extra="forbid")

    start: tuple[Finite, Finite] = Field(description="x and y, in pixels of the page image.")
    end: tuple[Finite, Finite] = Field(description="x and y, in pixels of the page image.")
    feet: Positive | None = Field(default=None, description="Real length in feet.")
    metres: Positive | None = Field(default=None, description="Real length in metres.")

    @model_validator(mode="after")
    def _one_length(self) -> "KnownLine":
        if (self.feet is None) == (self.metres is None):
            raise ValueError("give one of feet and metres")
        return self

    def calibration(self) -> Calibration:
        """The scale at which the line has its length.

        Raises:
            UnusableScale: the result is not a usable scale.
        """
        if self.metres is not None:
            return by_line(self.start, self.end, self.metres, Unit.M)
        return by_line(self.start, self.end, self.feet or 0.0)


class ScaleRequest(BaseModel):
    """A page's scale, given in one of three ways."""

    model_config = ConfigDict(extra="forbid")

    line: KnownLine | None = None
    scale_text: Annotated[Text, Field(max_length=60)] | None = Field(
        default=None,
        description='The scale as written on drawings: 1/8" = 1\'-0", 1" = 20\', 1:100.',
    )
    scale_value: Positive | None = Field(default=None, description="Pixels per foot.")

    @model_validator(mode="after")
    def _one_way(self) -> "ScaleRequest":
        given = [way for way in (self.line, self.scale_text, self.scale_value) if way is not None]
        if len(given) != 1:
            raise ValueError("give one of line, scale_text and scale_value")
        return self

    def calibration(self, page: Page) -> Calibration:
        """The resulting scale of this page.

        Raises:
            UnusableScale: the result is not a usable scale.
        """
        if self.line is not None:
            return self.line.calibration()
        if self.scale_text is not None:
            return by_text(self.scale_text, page.dpi)
        return by_value(self.scale_value or 0.0)


@router.put("/pages/{page_id}/scale", responses=declared(403, 404, 408, 413, 422))
async def calibrate_page_scale(
    page: PageInReach, _: Operating, takeoff: Takeoff, asked: ScaleRequest
) -> PageAnswer:
    """Set the page's scale by hand. Detection no longer changes it, and the measurements on the
    page are recalculated. Needs the role operator or admin."""
    statement = calibrated(page, asked.calibration(page), current_actor())
    async with takeoff.sessions() as session:
        await session.execute(statement)
        for anew in by_new_scale(page.id):
            await session.execute(anew)
        await session.commit()
        return PageAnswer.model_validate(await session.get_one(Page, page.id))
