"""The studio's own table: pictures, and where their thumbnails are."""

import os

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

URL = os.environ["STUDIO_DATABASE_URL"]
engine = create_engine(URL)


class Base(DeclarativeBase):
    """The studio's tables."""


class Picture(Base):
    """What somebody uploaded; a task finds the thumbnail."""

    __tablename__ = "studio_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    thumbnail: Mapped[str | None]


if __name__ == "__main__":
    Base.metadata.create_all(engine)
