"""The catalogue of failure signatures: data (YAML), its loader, and the matcher that runs it over untrusted logs."""
