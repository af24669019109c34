from django.db import models


class Order(models.Model):
    number = models.CharField(max_length=40, unique=True)
    cents = models.IntegerField()
    state = models.CharField(max_length=20, default="placed")


class Payment(models.Model):
    order = models.ForeignKey(Order, models.CASCADE)
    cents = models.IntegerField()


class Receipt(models.Model):
    order = models.OneToOneField(Order, models.CASCADE)
