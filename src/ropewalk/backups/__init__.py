"""A whole installation in one file, and back: people and plans, facts, uploads. Never a key.

Start with `taking.take` and `restoring.restore`; `archive` knows the file, `tables` the relational rows.
"""
