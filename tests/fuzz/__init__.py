"""Coverage-guided fuzzing: what `hack/fuzz` runs for long and `make test` for seconds."""
