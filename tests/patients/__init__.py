"""Real programs with the faults that Crashloop Doctor treats."""
