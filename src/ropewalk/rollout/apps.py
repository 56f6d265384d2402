from django.apps import AppConfig


class RolloutConfig(AppConfig):
    name = "ropewalk.rollout"
    default_auto_field = "django.db.models.BigAutoField"
