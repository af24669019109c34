"""Manual changes of rows, and their responses."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from services.api.resources import TakeoffResources
from services.api.schemas.changes import ChangedAnswer
from services.api.schemas.takeoffs import ConditionAnswer, MeasurementAnswer
from takeoff.models import Change, Condition, Measurement


async def changed(takeoff: TakeoffResources, change: Callable[[Session], Change]) -> ChangedAnswer:
    """Make a change in its own transaction, commit it, and return the changed rows.

    Raises:
        TakeoffError: the change is refused; nothing is stored.
    """

    def made(session: Session) -> ChangedAnswer:
        done = change(session)
        session.flush()
        session.expire_all()
        measurement = done.measurement_id and session.get(Measurement, done.measurement_id)
        condition = done.condition_id and session.get(Condition, done.condition_id)
        return ChangedAnswer(
            change_id=done.id,
            measurement=MeasurementAnswer.model_validate(measurement) if measurement else None,
            condition=ConditionAnswer.model_validate(condition) if condition else None,
        )

    async with takeoff.sessions() as session:
        answer = await session.run_sync(made)
        await session.commit()
    return answer
