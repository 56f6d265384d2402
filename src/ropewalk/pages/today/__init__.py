"""The rep's first screen, and the tap."""
