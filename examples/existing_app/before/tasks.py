import os
from urllib.request import urlopen

from celery import Celery
from sqlalchemy.orm import Session

from examples.existing_app.models import Picture, engine

app = Celery("studio", broker=os.environ["STUDIO_BROKER_URL"])
SCALER = os.environ["STUDIO_SCALER_URL"]


@app.task(autoretry_for=(OSError,), max_retries=3, default_retry_delay=1)
def make_thumbnail(picture_id: int) -> str:
    with Session(engine) as session:
        picture = session.get_one(Picture, picture_id)
        with urlopen(f"{SCALER}/{picture.name}") as answer:
            picture.thumbnail = answer.read().decode()
        session.commit()
        return picture.name
