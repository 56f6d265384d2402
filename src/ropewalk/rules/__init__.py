"""The arithmetic of Ropewalk: pure functions of their arguments, standard library only.

Knows numbers, days and plain frozen values. Must not know the clock, a database, a file or another package of the
project. Every worked case of docs/arithmetic.md is a test in tests/rules.

Start with ``calendar`` (days and periods), then ``tally``, ``shares`` and ``pace``; ``knots`` and ``checks`` put
them to use. How a number is read (floats!) is told in ``exact``.
"""
