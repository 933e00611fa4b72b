"""Recommendations of a review: what states asked, what the state answered, how each assessor sees it (ADR 32)."""
