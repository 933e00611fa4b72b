"""Remarks of colleagues on a case, or on one follow-up of it, and whose attention they ask for."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from tracker.access.levels import Level, highest
from tracker.access.policy import Action, decide, require
from tracker.access.queries import membership_of
from tracker.audit.services import record
from tracker.cases.comment_text import LONGEST_BODY, clean_body, names_called
from tracker.cases.models import Case, Comment, CommentMention
from tracker.cases.queries import get_case_by_id
from tracker.cases.readers import Reader, possible_readers
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible

_CASES: Table = Case.__table__  # type: ignore[assignment]


def add_comment(
    session: Session,
    actor: Actor,
    case_id: UUID,
    body: str,
    *,
    mentions: Collection[UUID] = (),
    follow_up_id: UUID | None = None,
    level: str | None = None,
) -> Comment:
    """Remark something. `level`: that of the follow-up that it is about, which the caller has found visible.

    Mentioned are the people of `mentions` and those whom the text calls by `@name`.
    Raises NotVisible, NotPermitted, Invalid (nothing said; somebody mentioned who can't see it).
    """
    case = get_case_by_id(session, actor, case_id)
    own_level = level if level and Level(level).rank > Level(case.level).rank else None
    require(decide(actor, Action.COMMENT, highest(case.level, own_level), membership_of(session, actor, case.id)))
    body = _checked_body(body)
    called = _called(session, actor, case, own_level, body, mentions)
    comment = Comment(case_id=case.id, follow_up_id=follow_up_id, author_id=actor.person_id, body=body, level=own_level)
    session.add(comment)
    session.flush()
    _mention(session, comment, called - {actor.person_id})
    _tell(session, actor, comment, "comment.added")
    if own_level is None:
        _note_activity(session, case)
    return comment


def edit_comment(
    session: Session,
    actor: Actor,
    comment_id: UUID,
    body: str,
    *,
    mentions: Collection[UUID] = (),
    expected_version: int | None = None,
) -> Comment:
    """Change one's own words. Who was mentioned before and still is has not to read it again.

    Raises NotVisible, NotPermitted, Conflict, Invalid.
    """
    comment = _own(session, actor, comment_id, expected_version)
    case = get_case_by_id(session, actor, comment.case_id)
    body = _checked_body(body)
    called = _called(session, actor, case, comment.level, body, mentions) - {actor.person_id}
    comment.body, comment.edited_at = body, clock.now()
    before = set(session.scalars(select(CommentMention.person_id).where(CommentMention.comment_id == comment.id)))
    _forget_mentions(session, comment, before - called)
    _mention(session, comment, called - before)
    session.flush()
    _tell(session, actor, comment, "comment.edited")
    return comment


def remove_comment(session: Session, actor: Actor, comment_id: UUID, expected_version: int | None = None) -> Comment:
    """Take one's own words back: nothing of them stays but that there was a comment. Raises as `edit_comment`."""
    comment = _own(session, actor, comment_id, expected_version)
    comment.body, comment.removed_at = "", clock.now()
    everybody = select(CommentMention.person_id).where(CommentMention.comment_id == comment.id)
    _forget_mentions(session, comment, set(session.scalars(everybody)))
    session.flush()
    _tell(session, actor, comment, "comment.removed")
    return comment


def mark_mentions_seen(session: Session, actor: Actor, case_id: UUID) -> int:
    """The actor has read what mentions them on this case. Answers how many were unread."""
    if actor.person_id is None:
        return 0
    case = get_case_by_id(session, actor, case_id)
    here = select(Comment.id).where(Comment.case_id == case.id)
    changed = session.execute(
        update(CommentMention)
        .where(
            CommentMention.person_id == actor.person_id,
            CommentMention.seen_at.is_(None),
            CommentMention.comment_id.in_(here),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def _checked_body(text: str) -> str:
    body = clean_body(text)
    if not body:
        raise Invalid(Fault("body", _("Write what you want to say.")))
    if len(body) > LONGEST_BODY:
        raise Invalid(Fault("body", _("Use at most %(number)s characters.", number=LONGEST_BODY)))
    return body


def _called(
    session: Session, actor: Actor, case: Case, level: str | None, body: str, chosen: Collection[UUID]
) -> set[UUID | None]:
    """Whom the comment asks for. Raises Invalid, naming those who can't see it."""
    if "@" not in body and not chosen:
        return set()
    readers = possible_readers(session, actor, case.id, highest(case.level, level))
    named = names_called(body, (reader.name for reader in readers))
    asked = [reader for reader in readers if reader.id in chosen or reader.name in named]
    if set(chosen) - {reader.id for reader in readers}:
        raise Invalid(Fault("mentions", _("Choose among the people offered.")))
    blind = [reader for reader in asked if not reader.may_see and not _has_seeing_namesake(reader, asked)]
    if blind:
        raise Invalid(Fault("body" if blind[0].name in named else "mentions", _blind_words(blind)))
    return {reader.id for reader in asked if reader.may_see}


def _has_seeing_namesake(reader: Reader, asked: list[Reader]) -> bool:
    return any(other.may_see and other.name == reader.name for other in asked)


def _blind_words(blind: list[Reader]) -> str:
    return str(
        ngettext(
            "%(names)s can't see this and can't be mentioned. A lead of the case can make them a member first.",
            "%(names)s can't see this and can't be mentioned. A lead of the case can make them members first.",
            len(blind),
            names=", ".join(reader.name for reader in blind),
        )
    )


def _mention(session: Session, comment: Comment, people: Collection[UUID | None]) -> None:
    session.add_all(CommentMention(comment_id=comment.id, person_id=one) for one in people if one is not None)
    session.flush()


def _forget_mentions(session: Session, comment: Comment, people: Collection[UUID]) -> None:
    if people:
        session.execute(
            delete(CommentMention).where(CommentMention.comment_id == comment.id, CommentMention.person_id.in_(people))
        )


def _own(session: Session, actor: Actor, comment_id: UUID, expected_version: int | None) -> Comment:
    comment = session.scalar(
        select(Comment).where(Comment.id == comment_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    if comment is None:
        if session.scalar(select(Comment.id).where(Comment.id == comment_id)) is not None:
            raise NotPermitted(_("Only its author can change a comment."))
        raise NotVisible(_("There is no such comment."))
    if comment.author_id != actor.person_id:
        raise NotPermitted(_("Only its author can change a comment."))
    if comment.removed_at is not None:
        raise Conflict(_("This comment was removed already."), comment.version)
    if expected_version is not None and expected_version != comment.version:
        raise Conflict(_("You changed this comment in another window meanwhile."), comment.version)
    return comment


def _tell(session: Session, actor: Actor, comment: Comment, action: str) -> None:
    """A trail of a follow-up's comment is read by whoever sees the follow-up, and by nobody else."""
    kind, about = ("follow_up", comment.follow_up_id) if comment.follow_up_id else ("case", comment.case_id)
    record(session, actor, action, kind, about, case_id=comment.case_id, comment=str(comment.id))


def _note_activity(session: Session, case: Case) -> None:
    """Not through the row's version: whoever edits the case is not disturbed by a remark on it."""
    session.execute(update(_CASES).where(_CASES.c.id == case.id).values(activity_at=clock.now()))
    session.expire(case, ["activity_at"])
