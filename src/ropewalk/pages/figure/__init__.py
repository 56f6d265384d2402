"""A figure opened."""
