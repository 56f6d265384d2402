"""A generated company, made by the same capabilities that people use: files imported, a plan published, talks held.

`company.make` is the one way in; `people`, `deals` and `doings` generate, `story` acts. Everything follows from one seed
and the day, so that the same of both give the same company.
"""
