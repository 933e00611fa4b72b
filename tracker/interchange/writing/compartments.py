"""Seals new contacts and organisations with the sealed case that alone names them (ADR 17)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from tracker.contacts.models import Contact, Organisation
from tracker.interchange.writing.work import Work


def seal_newcomers(work: Work) -> None:
    """After everything else is written: only then is it known what names them. Two statements, and two for posts."""
    contacts = [row.id for row in work.newcomers if isinstance(row, Contact)]
    organisations = [row.id for row in work.newcomers if isinstance(row, Organisation)]
    work.session.flush()
    for statement, ids in ((_CONTACTS, contacts), (_POSTS, contacts), (_ORGANISATIONS, organisations)):
        if ids:
            _run(work.session, statement, ids)


def _run(session: Session, statement: Any, ids: list[UUID]) -> None:
    session.execute(statement, {"ids": ids})


_IDS = bindparam("ids", type_=ARRAY(Uuid))
_CONTACTS = text(
    """
    UPDATE contacts c SET compartment_id = named.case_id
      FROM (SELECT contact_id, min(case_id::text)::uuid AS case_id, bool_and(level = 'sealed') AS is_sealed
              FROM (SELECT cc.contact_id, k.id AS case_id, k.level
                      FROM case_contacts cc JOIN cases k ON k.id = cc.case_id
                    UNION ALL
                    SELECT p.contact_id, k.id, CASE WHEN e.level = 'sealed' THEN 'sealed' ELSE k.level END
                      FROM engagement_participants p JOIN engagements e ON e.id = p.engagement_id
                      JOIN engagement_cases ec ON ec.engagement_id = e.id JOIN cases k ON k.id = ec.case_id) AS links
             WHERE contact_id = ANY (:ids) GROUP BY contact_id) AS named
     WHERE c.id = named.contact_id AND named.is_sealed
    """
).bindparams(_IDS)
_POSTS = text(
    """
    UPDATE posts p SET compartment_id = c.compartment_id
      FROM offices o JOIN contacts c ON c.id = o.contact_id
     WHERE o.post_id = p.id AND c.id = ANY (:ids) AND c.compartment_id IS NOT NULL AND p.created_at >= c.created_at
       AND NOT EXISTS (SELECT 1 FROM offices x JOIN contacts y ON y.id = x.contact_id
                        WHERE x.post_id = p.id AND y.compartment_id IS NULL)
    """
).bindparams(_IDS)
_ORGANISATIONS = text(
    """
    UPDATE organisations o SET compartment_id = named.compartment_id
      FROM (SELECT organisation_id, min(compartment_id::text)::uuid AS compartment_id,
                   bool_and(compartment_id IS NOT NULL) AS is_sealed
              FROM (SELECT c.organisation_id, c.compartment_id FROM contacts c
                    UNION ALL
                    SELECT f.organisation_id, c.compartment_id
                      FROM offices f JOIN contacts c ON c.id = f.contact_id) AS at_work
             WHERE organisation_id = ANY (:ids) GROUP BY organisation_id) AS named
     WHERE o.id = named.organisation_id AND named.is_sealed
    """
).bindparams(_IDS)
