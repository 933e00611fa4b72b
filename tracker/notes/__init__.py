"""Secret notes: encrypted words on a case, a follow-up, a meeting or a contact."""
