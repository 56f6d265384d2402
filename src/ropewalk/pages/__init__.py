"""The doors people walk through with a browser: one folder per screen."""
