"""The performance work: a company of two thousand people, measured, and written down by the run itself. See README.md."""
