import os
SECRET_KEY = "k" * 50
INSTALLED_APPS = ["shop"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": os.environ.get("DB_USER", "app"),
                         "PASSWORD": os.environ.get("DB_PASSWORD", "correct"), "HOST": "postgres.shop.svc.cluster.local", "PORT": "5432"}}
