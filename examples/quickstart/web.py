from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from examples.quickstart.models import URL, Order
from examples.quickstart.tasks import write_invoice
from task_ledger import enqueue

web = FastAPI()
engine = create_async_engine(URL)


@web.post("/orders", status_code=202)
async def place_order(quantity: int) -> dict[str, str]:
    async with AsyncSession(engine) as session, session.begin():
        order = Order(quantity=quantity, cents_each=1250)
        session.add(order)
        await session.flush()
        signature = write_invoice.s(order.id)
        task = await enqueue(session, signature, project_id="shop", actor="web")
    return {"task_id": str(task.task_id)}
