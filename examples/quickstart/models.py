"""The shop's own tables: orders, and the invoices that a task writes."""

import os

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from task_ledger.eventlog.database import sqlalchemy_url

DATABASE = os.environ["TASK_LEDGER_DATABASE_URL"]
URL = sqlalchemy_url(DATABASE)


class Base(DeclarativeBase):
    """The shop's tables."""


class Order(Base):
    """What somebody ordered."""

    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    cents_each: Mapped[int]


class Invoice(Base):
    """What an order costs; an order has one."""

    __tablename__ = "shop_invoice"

    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id), primary_key=True)
    cents: Mapped[int]


if __name__ == "__main__":
    Base.metadata.create_all(create_engine(URL))
