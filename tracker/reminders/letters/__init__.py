"""The mails themselves: what each says, in the reader's language, with headers that give nothing away.

`facts` is what a mail may say, `writing` makes the mail of it; the rest serves these two. Nothing here reads the
database: what a reader may not see has been left out before (tracker.reminders.letters.recheck).
"""

from tracker.reminders.letters.facts import Because, CaseLine, LetterFacts, MailFigures, Matter, WeekFigures
from tracker.reminders.letters.headers import BadAddress
from tracker.reminders.letters.letterhead import Letterhead
from tracker.reminders.letters.writing import write

__all__ = [
    "BadAddress",
    "Because",
    "CaseLine",
    "LetterFacts",
    "Letterhead",
    "MailFigures",
    "Matter",
    "WeekFigures",
    "write",
]
