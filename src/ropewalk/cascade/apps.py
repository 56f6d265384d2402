from django.apps import AppConfig


class CascadeConfig(AppConfig):
    name = "ropewalk.cascade"
    default_auto_field = "django.db.models.BigAutoField"
