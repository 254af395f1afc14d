"""The commands `crashloop-doctor` and `kubectl crashloop`; each imports what is heavy only when it runs."""
