"""The company at a glance."""
