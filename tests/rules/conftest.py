"""Properties are tried moderately, so that the arithmetic's tests stay quick enough to run on every save."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "quick", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quick")
