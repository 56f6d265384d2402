"""The draft of a year: initiatives, goals, milestones, what is expected, and the parking lot.

`shape` is the plan as plain values; `defining` writes it, `queries` reads it, `parking` keeps the ideas.
"""
