"""Orders, and what is written for them."""

from django.db import models


class Order(models.Model):
    """An order; `label` is one per order."""

    label = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=20, default="open")
    placed_at = models.DateTimeField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        """Its table."""

        db_table = "shop_order"


class Payment(models.Model):
    """A payment; the order is looked at when the transaction is committed."""

    order = models.ForeignKey(Order, models.CASCADE)
    task_id = models.CharField(max_length=40, default="")

    class Meta:
        """Its table."""

        db_table = "shop_payment"
