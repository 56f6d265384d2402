"""The manager's team: who needs me this week, and why."""
