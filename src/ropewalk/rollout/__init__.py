"""Telling people of the plan, and hearing back: announcements, acknowledgements, team talks."""
