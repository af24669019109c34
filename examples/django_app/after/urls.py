from django.urls import path

from examples.django_app.after.views import place_order

urlpatterns = [path("orders", place_order)]
