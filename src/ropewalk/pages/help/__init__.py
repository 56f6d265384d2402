"""What each role finds where, in short words."""
