"""How the environment is read and judged; `config.py` is the entry. Imports nothing of the application."""
