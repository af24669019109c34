import os

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["SHOP_DATABASE_NAME"],
        "USER": os.environ["SHOP_DATABASE_USER"],
        "PASSWORD": os.environ["SHOP_DATABASE_PASSWORD"],
        "HOST": os.environ["SHOP_DATABASE_HOST"],
        "PORT": os.environ["SHOP_DATABASE_PORT"],
        "OPTIONS": {"options": "-c search_path=public"},
    }
}
INSTALLED_APPS = ["examples.django_app.shop"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "examples.django_app.after.urls"
SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True

CELERY_BROKER_URL = os.environ["SHOP_BROKER_URL"]
SHOP_GATEWAY_URL = os.environ["SHOP_GATEWAY_URL"]

INSTALLED_APPS += ["task_ledger.django"]
MIDDLEWARE = ["task_ledger.django.middleware.ActorMiddleware"]
TASK_LEDGER = {"PROJECT": "shop"}
