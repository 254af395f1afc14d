"""The life of one Remediation, as pure transitions; effects are values that `cluster` carries out."""
