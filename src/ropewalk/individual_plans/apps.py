from django.apps import AppConfig


class IndividualPlansConfig(AppConfig):
    name = "ropewalk.individual_plans"
    default_auto_field = "django.db.models.BigAutoField"
