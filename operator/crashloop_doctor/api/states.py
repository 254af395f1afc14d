"""Names of a Remediation's states, grouped by what they mean."""

from __future__ import annotations

ENDS = ("Healed", "RolledBack", "Rejected", "Expired", "Superseded", "NeedsHuman")

IN_TREATMENT = ("Approved", "Applied", "Verifying")
"""A change is about to be made, or on trial."""

TRIED = ("Healed", "RolledBack", "NeedsHuman")
"""Ends after which an attempt counts."""
