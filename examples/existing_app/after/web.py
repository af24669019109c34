from fastapi import FastAPI
from sqlalchemy.orm import Session

from examples.existing_app.after.tasks import make_thumbnail
from examples.existing_app.models import Picture, engine
from task_ledger import enqueue

web = FastAPI()


@web.post("/pictures", status_code=202)
def add_picture(name: str) -> dict[str, str]:
    with Session(engine) as session:
        picture = Picture(name=name)
        session.add(picture)
        session.flush()
        task = enqueue(session, make_thumbnail.s(picture.id), project_id="studio", actor="web")
        session.commit()
        return {"task_id": str(task.task_id)}
