"""Cases enter and leave here, in the public dossier format (docs/dossier-format.md)."""
