"""The companies of an account, and which page of a company comes first."""
