"""A mail relay on loopback that misbehaves by chance or by script, and remembers what it accepted."""
