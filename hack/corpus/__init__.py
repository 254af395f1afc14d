"""Records the corpus: real programs run in the situations that the doctor must tell apart."""
