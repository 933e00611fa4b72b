"""Charges and their limitation: for each charge in one jurisdiction, never for a case (ADR 27)."""
