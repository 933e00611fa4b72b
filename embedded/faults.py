"""What goes wrong with embedded servers, said to the person at the terminal."""

from __future__ import annotations


class EmbeddedServerFault(Exception):
    """A server out of a wheel could not be started; the message says what to do about it."""
