"""Quarterly reviews of a person."""
