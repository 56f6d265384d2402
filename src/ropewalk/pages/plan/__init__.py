"""The year's plan, its publication, its announcement."""
