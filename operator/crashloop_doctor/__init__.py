"""Crashloop Doctor: names why a container crash-loops, and heals it as far as a policy allows."""

__version__ = "0.1.0"
