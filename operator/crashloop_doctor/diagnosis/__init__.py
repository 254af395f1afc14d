"""Evidence -> Finding: pure functions. No client, no clock, no file; import-linter holds it so."""
