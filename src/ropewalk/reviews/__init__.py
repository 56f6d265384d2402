"""Talking: one-on-ones and quarterly reviews, what was said of each initiative, and frozen figures."""
