from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Cart", [("id", models.AutoField(primary_key=True)), ("owner", models.CharField(max_length=80))]),
    ]
