from django.db import transaction
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt

from examples.django_app.after.tasks import charge
from examples.django_app.shop.models import Order
from task_ledger.django import enqueue


@csrf_exempt
def place_order(request):
    with transaction.atomic():
        order = Order.objects.create(number=request.GET["number"], cents=1250)
        task = enqueue(charge.s(order.pk), entity=order)
    return JsonResponse({"order": order.pk, "task_id": task.task_id}, status=202)
