"""People's public OpenPGP keys: given, shown, and asked for whenever a mail is written to them."""
