"""One person's plan, edited and agreed."""
