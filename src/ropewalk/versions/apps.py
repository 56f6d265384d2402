from django.apps import AppConfig


class VersionsConfig(AppConfig):
    name = "ropewalk.versions"
    default_auto_field = "django.db.models.BigAutoField"
