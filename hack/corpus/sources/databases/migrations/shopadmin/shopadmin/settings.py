import os

SECRET_KEY = "k" * 50
INSTALLED_APPS = ["django.contrib.contenttypes", "catalogue"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ.get("DB_HOST", "postgres.shop.svc.cluster.local"),
        "NAME": "shop",
        "USER": "app",
        "PASSWORD": os.environ.get("DB_PASSWORD", "correct"),
        "OPTIONS": {"connect_timeout": 3},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
