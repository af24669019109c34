from urllib.request import urlopen

from celery import shared_task
from django.conf import settings
from django.db import transaction

from examples.django_app.shop.models import Order, Payment, Receipt


@shared_task(autoretry_for=(OSError,), max_retries=5, default_retry_delay=1)
def charge(order_id):
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        order.state = "paid"
        order.save()
        payment = Payment.objects.create(order=order, cents=order.cents)
        urlopen(f"{settings.SHOP_GATEWAY_URL}/{order.number}").close()
    send_receipt.delay(order_id)
    return payment.pk


@shared_task
def send_receipt(order_id):
    Receipt.objects.get_or_create(order_id=order_id)
