"""What is counted: definitions as data, the tallies made of facts by them, and the one question of what a figure is.

Start with `measuring.measure_for_system`; a metric's definition lies in `catalogue`, its kinds in `definition`.
"""
