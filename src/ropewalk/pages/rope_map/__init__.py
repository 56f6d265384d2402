"""The rope map, and one rope opened."""
