"""What is shown to whoever saves what somebody else has changed since: both texts, side by side."""
