import os

from examples.quickstart.models import DATABASE, Invoice, Order
from task_ledger import LedgerCelery, LedgerTask

app = LedgerCelery("shop", broker=os.environ["TASK_LEDGER_BROKER_URL"], ledger_url=DATABASE)


@app.task(task_type="invoice", max_retries=3, autoretry_for=(ConnectionError,))
def write_invoice(self: LedgerTask, order_id: int) -> dict[str, int]:
    self.progress(10, "Reading the order")
    order = self.session.get_one(Order, order_id)
    self.progress(70, "Writing the invoice")
    self.session.add(Invoice(order_id=order.id, cents=order.quantity * order.cents_each))
    return {"order_id": order.id}
