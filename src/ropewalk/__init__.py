"""Ropewalk turns a year's sales strategy into what each salesperson does this week.

Start reading at ARCHITECTURE.md; the arithmetic is in `ropewalk.rules`, the doors in `ropewalk.pages` and `ropewalk.cli`.
"""

__version__ = "0.1.0"
