"""Writes a checked file, kind by kind, inside the caller's transaction. Nothing here commits."""
