"""Two persons: one asks for what nobody may do alone, another agrees."""
