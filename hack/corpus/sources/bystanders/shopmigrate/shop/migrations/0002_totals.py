import os

from django.db import migrations, models


def totals(apps, editor):
    """Carts of the old shop kept their totals in a list."""
    old = {"EUR": [12, 30], "USD": []}
    if os.environ.get("CURRENCY"):
        print(" first", old[os.environ["CURRENCY"].lower().upper()][0])


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("Cart", "total", models.IntegerField(default=0)),
        migrations.RunPython(totals, migrations.RunPython.noop),
    ]
