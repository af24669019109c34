import os
from urllib.request import urlopen

from examples.existing_app.models import URL, Picture
from task_ledger import LedgerCelery

app = LedgerCelery("studio", broker=os.environ["STUDIO_BROKER_URL"], ledger_url=URL)
SCALER = os.environ["STUDIO_SCALER_URL"]


@app.task(task_type="thumbnail", autoretry_for=(OSError,), max_retries=3, default_retry_delay=1)
def make_thumbnail(self, picture_id: int) -> str:
    with self.session as session:
        picture = session.get_one(Picture, picture_id)
        with urlopen(f"{SCALER}/{picture.name}") as answer:
            picture.thumbnail = answer.read().decode()
        session.commit()
        return picture.name
