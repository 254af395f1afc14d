from django.db import models


class Cart(models.Model):
    owner = models.CharField(max_length=80)
    total = models.IntegerField(default=0)
