from fastapi import FastAPI
from sqlalchemy.orm import Session

from examples.existing_app.before.tasks import make_thumbnail
from examples.existing_app.models import Picture, engine

web = FastAPI()


@web.post("/pictures", status_code=202)
def add_picture(name: str) -> dict[str, str]:
    with Session(engine) as session:
        picture = Picture(name=name)
        session.add(picture)
        session.commit()
        task = make_thumbnail.delay(picture.id)
        return {"task_id": str(task.id)}
