"""Bringing data in by page: files, how they read, the import as it runs, what was refused, what looks wrong."""
