"""Reads of comments: those of a case or a follow-up, and what mentions somebody and is unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind
from tracker.access.policy import Action, Decision, decide
from tracker.access.visibility import sees, sees_own_level
from tracker.accounts.models import Person
from tracker.cases.comment_text import shown
from tracker.cases.models import Case, Comment, CommentMention
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.reads import Read
from tracker.core.statements import kept_statement

SHOWN = 100
"""The newest comments that a page shows."""


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment as a page shows it; `author` is None for the operator, `calls_me` while the reader has not seen it."""

    id: UUID
    follow_up_id: UUID | None
    author: str | None
    author_id: UUID | None
    picture: UUID | None
    is_own: bool
    body: str
    mentioned: Sequence[str]
    created_at: datetime
    edited_at: datetime | None
    removed_at: datetime | None
    calls_me: bool
    version: int

    @property
    def markup(self) -> Markup:
        return shown(self.body, self.mentioned)


@dataclass(frozen=True, slots=True)
class Mention:
    """An unread comment that mentions the reader."""

    comment_id: UUID
    case_reference: str
    case_title: str
    author: str | None
    body: str
    created_at: datetime


def visible_comments(actor: Actor) -> Select[Comment]:
    """Comments of visible cases, as far as their own level lets `actor` see them; the policy asks the follow-up."""
    return (
        select(Comment)
        .join(Case, Case.id == Comment.case_id)
        .where(sees(actor, Case.level, Case.id), sees_own_level(actor, Comment.level, Comment.case_id))
    )


def get_comment(session: Session, actor: Actor, case_id: UUID, comment_id: UUID) -> Comment:
    """One comment of the case. Raises NotVisible."""
    found = session.scalar(visible_comments(actor).where(Comment.id == comment_id, Comment.case_id == case_id))
    if found is None:
        raise NotVisible("There is no such comment.")
    return found


def comments_of(
    session: Session, actor: Actor, case_id: UUID, follow_up_id: UUID | None = None
) -> Sequence[CommentLine]:
    """The newest comments, the oldest of them first; of the case itself where no follow-up is named. One statement."""
    return comments_read(actor, case_id, follow_up_id).alone(session)


def comments_read(actor: Actor, case_id: UUID, follow_up_id: UUID | None = None) -> Read[Sequence[CommentLine]]:
    """The same, for a page that reads more."""
    said = {"case_id": case_id} if follow_up_id is None else {"case_id": case_id, "follow_up_id": follow_up_id}
    statement = _comments_statement(actor, follow_up_id is None)
    return Read(statement, said, lambda rows: [_line(actor, row) for row in reversed(rows)])


@kept_statement
def _comments_statement(actor: Actor, of_case: bool) -> Select[*tuple[Any, ...]]:
    """`of_case`: those that are about no follow-up."""
    about = Comment.follow_up_id.is_(None) if of_case else Comment.follow_up_id == bindparam("follow_up_id")
    names = (
        select(func.array_agg(_CALLED.c.name))
        .select_from(CommentMention.__table__.join(_CALLED, _CALLED.c.id == CommentMention.person_id))
        .where(CommentMention.comment_id == Comment.id)
        .scalar_subquery()
    )
    unseen = (
        select(CommentMention.comment_id)
        .where(
            CommentMention.comment_id == Comment.id,
            CommentMention.person_id == actor.person_id,
            CommentMention.seen_at.is_(None),
        )
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        Comment.id,
        Comment.follow_up_id,
        Person.name,
        Comment.author_id,
        Comment.body,
        names,
        Comment.created_at,
        Comment.edited_at,
        Comment.removed_at,
        unseen,
        Comment.version,
        Person.picture,
    )
    return (
        visible_comments(actor)
        .with_only_columns(*columns, maintain_column_froms=True)
        .outerjoin(Person, Person.id == Comment.author_id)
        .where(Comment.case_id == bindparam("case_id"), about)
        .order_by(Comment.id.desc())
        .limit(SHOWN)
    )


def comments_panel(
    actor: Actor,
    case: Case,
    membership: MembershipKind | None,
    lines: Sequence[CommentLine],
    follow_up_id: UUID | None = None,
    level: str | None = None,
) -> dict[str, Any]:
    """What `cases/_comments.html` needs beside `case`.

    `level`: the higher of the case's and the follow-up's, where it is about one.
    """
    may_comment: Decision = decide(actor, Action.COMMENT, level or case.level, membership)
    return {
        "comments": lines,
        "comment_follow_up_id": follow_up_id,
        "may_comment": may_comment,
    }


def unread_mentions(session: Session, actor: Actor, limit: int = 20) -> Sequence[Mention]:
    """What mentions `actor` and is unread, the newest first, as far as they still see it. One statement."""
    if actor.person_id is None:
        return []
    rows = session.execute(
        visible_comments(actor)
        .with_only_columns(
            Comment.id,
            Case.reference,
            Case.title,
            Person.name,
            Comment.body,
            Comment.created_at,
            maintain_column_froms=True,
        )
        .join(CommentMention, CommentMention.comment_id == Comment.id)
        .outerjoin(Person, Person.id == Comment.author_id)
        .where(
            CommentMention.person_id == actor.person_id,
            CommentMention.seen_at.is_(None),
            Comment.removed_at.is_(None),
        )
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return [Mention(*row) for row in rows]


_CALLED = Person.__table__.alias("called")


def _line(actor: Actor, row: Any) -> CommentLine:
    comment_id, follow_up_id, author, author_id, body, names, created, edited, removed, unseen, version, picture = row
    return CommentLine(
        id=comment_id,
        follow_up_id=follow_up_id,
        author=author,
        author_id=author_id,
        picture=picture,
        is_own=author_id is not None and author_id == actor.person_id,
        body=body,
        mentioned=names or (),
        created_at=created,
        edited_at=edited,
        removed_at=removed,
        calls_me=unseen is not None,
        version=version,
    )
