"""Judging all rows of a plain file at once: what is plainly right is read by the engine, the rest row by row.

`raw` gives the file's cells as they came, `expressions` say what is asked of one, `fields` turns columns of cells into
columns of values, `spans` tell how far times are from UTC, `rows` puts rows of the store together. Whatever isn't plain goes through `facts.judging` like any other
row. Start with `rows.gather_at_once`.
"""
