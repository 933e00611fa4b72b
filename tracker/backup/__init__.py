"""An installation's content in one sealed file, and back. The keys of encrypted fields are never in it."""
