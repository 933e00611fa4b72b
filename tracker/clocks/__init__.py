"""Legal clocks: how a period of a forum is counted, on its calendar, and what that comes to in words."""
