"""Other tools that answer one of our questions, each in an environment of its own."""
