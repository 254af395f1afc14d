from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [
        migrations.AddField("product", "sku", models.CharField(max_length=20, default="-")),
        migrations.AlterField("product", "sku", models.CharField(max_length=20, unique=True)),
    ]
