"""The page of one person or entity: the cases about them, and the charges against them."""

from __future__ import annotations

from uuid import UUID

from flask import render_template

from tracker.access.entrance import CASE_READERS, entrance
from tracker.cases.queries import get_subject
from tracker.core.web import actor, db
from tracker.limitation.queries import charges_against
from tracker.limitation.words import jurisdiction_words, limitation_words
from tracker.pages.blueprint import blueprint
from tracker.pathways.store import definitions


@blueprint.get("/subjects/<uuid:subject_id>")
@entrance(CASE_READERS)
def subject_page(subject_id: UUID) -> str:
    subject, lines = get_subject(db(), actor(), subject_id)
    known = {definition.key: definition for definition in definitions().all()}
    groups = [(one, [line for line in lines if line[1].pathway == key]) for key, one in known.items()]
    return render_template(
        "pages/subject.html",
        subject=subject,
        groups=[(definition, of_pathway) for definition, of_pathway in groups if of_pathway],
        charges=charges_against(db(), actor(), subject.id),
        jurisdiction_words=jurisdiction_words,
        limitation_words=limitation_words,
    )
