"""Calendars that other programs fetch by a secret address, rendered as their person (ADR 28)."""
