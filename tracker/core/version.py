"""The version that pages and mails show; the same as in pyproject.toml."""

VERSION = "0.1.0"
