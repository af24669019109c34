from django.db import transaction
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt

from examples.django_app.before.tasks import charge
from examples.django_app.shop.models import Order


@csrf_exempt
def place_order(request):
    with transaction.atomic():
        order = Order.objects.create(number=request.GET["number"], cents=1250)
        charge.delay_on_commit(order.pk)
    return JsonResponse({"order": order.pk}, status=202)
