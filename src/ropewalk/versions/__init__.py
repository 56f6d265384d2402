"""What was published, and when: the plan as it stood, with its shares, readable for ever.

`checking` asks the definition checks, `publishing` makes version 1, `amending` every later one, `plan_file` is the plan
as YAML, `queries` gives the version in force on a day.
"""
