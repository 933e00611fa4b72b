"""Shape and wording of what people enter about meetings and commitments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from tracker.access.levels import Level
from tracker.cases.models import Case
from tracker.cases.vague_text import read_vague
from tracker.core.countries import country_name
from tracker.core.errors import Fault, Invalid
from tracker.core.form_values import version_sent
from tracker.core.page_forms import PageForm
from tracker.engagements.commitments import CommitmentLine
from tracker.engagements.facts import (
    LONGEST_LINE,
    LONGEST_TEXT,
    CommitmentFacts,
    EngagementFacts,
    NextStep,
    OutcomeFacts,
)
from tracker.engagements.known import KnownNames, label_of_case, label_of_contact, numbered, reference_in
from tracker.engagements.models import Commitment, Engagement
from tracker.followups.dates import NotADay
from tracker.followups.forms import LEVEL_WORDS, DayField, PersonSelectField
from tracker.followups.today import read_day_here, today_here

KIND_WORDS = {"meeting": _l("Meeting"), "call": _l("Call"), "letter": _l("Letter"), "event": _l("Event")}
COMMITMENT_KIND_WORDS = {
    "ask": _l("We ask"),
    "commitment": _l("Commitment"),
    "position": _l("Position"),
    "topic": _l("Topic"),
    "internal": _l("Among us"),
}
COMMITMENT_STATUS_WORDS = {
    "open": _l("Open"),
    "kept": _l("Kept"),
    "partly_kept": _l("Partly kept"),
    "broken": _l("Broken"),
    "superseded": _l("Superseded"),
}
EMPTY_ROWS = {"participants": 2, "cases": 1, "commitments": 1, "follow_ups": 1}
MOST_ROWS = 100
_FIELD_OF_FAULT = {"due_on": "due", "assignee_id": "assignee"}


def line_of(text: str | None) -> str | None:
    return " ".join((text or "").replace("\x00", " ").split()) or None


def text_of(text: str | None) -> str:
    return (text or "").replace("\x00", "").replace("\r\n", "\n").strip()


class CaseField(StringField):
    """A case by its reference, or by words of its title. `fitting`: the labels to choose from where several fit."""

    fitting: Sequence[str] = ()

    def settle(self, cases: Mapping[str, Case], several: Mapping[str, Sequence[str]]) -> bool:
        """Whether what was typed names one case, or nothing was typed; else the field says what to do."""
        text = line_of(self.data)
        if text is None or reference_in(text) in cases:
            return True
        self.fitting = several.get(reference_in(text), ())
        words = (
            _("Several cases fit “%(text)s”: choose one of them.", text=text)
            if self.fitting
            else _("There is no case “%(text)s”. Give its reference, or words of its title.", text=text)
        )
        self.errors: Sequence[str] = [*self.errors, words]
        return False


class CommitmentForm(Form):
    """One commitment; a row without words is left out."""

    kind = SelectField(_l("Kind"), choices=list(COMMITMENT_KIND_WORDS.items()), default="commitment")
    by = StringField(_l("By"), [Length(max=LONGEST_LINE)])
    to = StringField(_l("To"), [Length(max=LONGEST_LINE)])
    text = TextAreaField(_l("Exact words"), [Length(max=LONGEST_TEXT)])
    due = DayField(_l("Due"))
    case = CaseField(_l("Case"))

    @property
    def is_filled(self) -> bool:
        return any(line_of(field.data) for field in (self.by, self.to, self.text, self.due, self.case))


class NextStepForm(Form):
    """One follow-up; a row without a title is left out."""

    title = StringField(_l("What is to be done?"), [Length(max=LONGEST_LINE)])
    assignee = PersonSelectField(_l("Who"))
    due = DayField(_l("Due"))
    case = CaseField(_l("Case"))

    @property
    def is_filled(self) -> bool:
        return any(line_of(field.data) for field in (self.title, self.due, self.case))


class EngagementForm(PageForm):
    kind = SelectField(_l("Kind"), choices=list(KIND_WORDS.items()))
    occurred_on = StringField(_l("When"))
    date_text = StringField(_l("When, as the source says it"), [Length(max=LONGEST_LINE)])
    place = StringField(_l("Where"), [Length(max=LONGEST_LINE)])
    summary = TextAreaField(
        _l("Notes"), [Length(max=LONGEST_TEXT)], description=_l("No names of victims: numbers are enough.")
    )
    level = SelectField(
        _l("Confidentiality"),
        coerce=lambda value: value or None,
        choices=[("", _l("As the most confidential of its cases"))]
        + [(level.value, LEVEL_WORDS[level.value]) for level in Level],
    )
    participants = FieldList(StringField(_l("Participant"), [Length(max=LONGEST_LINE)]), max_entries=MOST_ROWS)
    cases = FieldList(CaseField(_l("Case"), [Length(max=LONGEST_LINE)]), max_entries=MOST_ROWS)
    commitments = FieldList(FormField(CommitmentForm), max_entries=MOST_ROWS)
    follow_ups = FieldList(FormField(NextStepForm), max_entries=MOST_ROWS)
    version = HiddenField()

    happened_on: str | None = None

    def validate_occurred_on(self, field: StringField) -> None:
        try:
            self.happened_on = _day_in_the_past(field.data or "")
        except ValueError as error:
            raise ValidationError(_("Write for example 14 Mar 2026, March 2026, 2026 or yesterday.")) from error

    def add_rows(self, more: str | None = None) -> None:
        """Empty rows at the end of each list, so that no script is needed; `more` names the list to extend."""
        for name, wanted in EMPTY_ROWS.items():
            rows = self[name]
            empty = 0 if name == more else sum(not _is_filled(row) for row in rows)
            for _number in range(min(wanted - empty, MOST_ROWS - len(rows))):
                rows.append_entry()

    def offer_people(self, people: list[tuple[UUID, str]]) -> None:
        for row in self.follow_ups:
            row.form.assignee.choices = [("", _("Nobody yet")), *people]

    def typed_names(self) -> list[str]:
        """Everything that names a person, an organisation or a country."""
        sides = [field for row in self.commitments for field in (row.form.by, row.form.to)]
        return [text for field in (*self.participants, *sides) if (text := line_of(field.data))]

    def typed_cases(self) -> list[str]:
        """Everything that names a case."""
        return [text for field in self._case_fields() if (text := line_of(field.data))]

    def settle_cases(self, cases: Mapping[str, Case], several: Mapping[str, Sequence[str]]) -> bool:
        """Whether each text names one case; the fields say where it doesn't, all at once."""
        settled = [field.settle(cases, several) for field in self._case_fields()]  # each, so that each says its fault
        return all(settled)

    def _case_fields(self) -> list[CaseField]:
        return [*self.cases, *(row.form.case for row in (*self.commitments, *self.follow_ups))]

    def facts(self, known: KnownNames, cases: Mapping[str, Case]) -> EngagementFacts:
        """Raises Invalid for a case that the reader does not see."""
        return EngagementFacts(
            kind=self.kind.data,
            occurred_on=self.happened_on,
            date_text=line_of(self.date_text.data),
            place=line_of(self.place.data),
            summary=text_of(self.summary.data),
            level=self.level.data,
            participants=tuple(
                known.participant(text, f"participants-{number}")
                for number, row in enumerate(self.participants)
                if (text := line_of(row.data))
            ),
            case_ids=tuple(dict.fromkeys(self._case_ids(cases))),
        )

    def commitment_facts(self, known: KnownNames, cases: Mapping[str, Case]) -> list[CommitmentFacts]:
        rows = [row.form for row in self.commitments if row.form.is_filled]
        return [
            CommitmentFacts(
                text=text_of(row.text.data),
                kind=row.kind.data,
                by=known.side(line_of(row.by.data), f"commitments-{number}-by"),
                to=known.side(line_of(row.to.data), f"commitments-{number}-to"),
                due_on=row.due.day,
                case_id=self._case_of(row, cases, f"commitments-{number}-case"),
            )
            for number, row in enumerate(rows)
        ]

    def next_steps(self, cases: Mapping[str, Case]) -> list[NextStep]:
        rows = [row.form for row in self.follow_ups if row.form.is_filled]
        return [
            NextStep(
                title=line_of(row.title.data) or "",
                case_id=self._case_of(row, cases, f"follow_ups-{number}-case"),
                assignee_id=row.assignee.data,
                due_on=row.due.day,
            )
            for number, row in enumerate(rows)
        ]

    def show_faults(self, problem: Invalid) -> None:
        """Put each fault at its field; those without one stand above the form."""
        fields = dict(self._paths())
        for fault in problem.faults:
            path, _dash, name = fault.path.rpartition("-")
            field = fields.get(fault.path) or fields.get(f"{path}-{_FIELD_OF_FAULT.get(name, name)}")
            if field is None:
                self.form_errors.append(fault.message)
            else:
                field.errors = [*field.errors, fault.message]

    @property
    def expected_version(self) -> int | None:
        return version_sent(self.version.data)

    def _case_ids(self, cases: Mapping[str, Case]) -> Iterator[UUID]:
        for number, row in enumerate(self.cases):
            if text := line_of(row.data):
                yield _case_id(text, cases, f"cases-{number}")

    def _case_of(self, row: Any, cases: Mapping[str, Case], path: str) -> UUID | None:
        """The case named in the row; the only case of the meeting where none is named."""
        if text := line_of(row.case.data):
            return _case_id(text, cases, path)
        own = list(dict.fromkeys(self._case_ids(cases)))
        return own[0] if len(own) == 1 else None

    def _paths(self) -> Iterator[tuple[str, Any]]:
        """Rows are counted as the facts count them: those that are filled."""
        for field in self:
            if field.name in ("commitments", "follow_ups"):
                filled = [row.form for row in field if row.form.is_filled]
                for number, row in enumerate(filled):
                    yield from ((f"{field.name}-{number}-{cell.short_name}", cell) for cell in row)
            elif field.type == "FieldList":
                yield from ((row.name, row) for row in field)
                if len(field):
                    yield field.name, field[0]
            else:
                yield field.name, field


class OutcomeForm(PageForm):
    """What became of a commitment."""

    status = SelectField(_l("Status"), choices=list(COMMITMENT_STATUS_WORDS.items()))
    settled_on = DayField(_l("Kept or broken on"))
    note = TextAreaField(_l("How it was checked"), [Length(max=LONGEST_TEXT)])
    superseded_by = SelectField(
        _l("Superseded by"), coerce=lambda value: UUID(str(value)) if value and value != "None" else None
    )
    version = HiddenField()

    def offer(self, others: Sequence[CommitmentLine]) -> None:
        """Which commitments may have taken its place; before validating."""
        lines = [(one.commitment.id, _shortly(one.commitment.text)) for one in others]
        self.superseded_by.choices = [("", _("None")), *lines]

    def facts(self) -> OutcomeFacts:
        """Another choice of status empties what no longer fits it, without a complaint."""
        status = self.status.data
        return OutcomeFacts(
            status,
            text_of(self.note.data) or None,
            self.settled_on.day if status != "open" else None,
            self.superseded_by.data if status == "superseded" else None,
        )


class CommitmentEditForm(PageForm):
    """What was written down of one commitment."""

    kind = SelectField(_l("Kind"), choices=list(COMMITMENT_KIND_WORDS.items()))
    by = StringField(_l("By"), [Length(max=LONGEST_LINE)])
    to = StringField(_l("To"), [Length(max=LONGEST_LINE)])
    text = TextAreaField(_l("Exact words"), [Length(max=LONGEST_TEXT)])
    due = DayField(_l("Due"))
    case = CaseField(_l("Case"))
    version = HiddenField()

    def facts(self, known: KnownNames, cases: Mapping[str, Case]) -> CommitmentFacts:
        """Raises Invalid for a case that the reader does not see."""
        case = line_of(self.case.data)
        return CommitmentFacts(
            text=text_of(self.text.data),
            kind=self.kind.data,
            by=known.side(line_of(self.by.data), "by"),
            to=known.side(line_of(self.to.data), "to"),
            due_on=self.due.day,
            case_id=_case_id(case, cases, "case") if case else None,
        )

    def show_faults(self, problem: Invalid) -> None:
        """Put each fault at its field; those without one stand above the form."""
        for fault in problem.faults:
            name = fault.path.rpartition("-")[2]
            field = self._fields.get(_FIELD_OF_FAULT.get(name, name))
            if field is None:
                self.form_errors.append(fault.message)
            else:
                field.errors = [*field.errors, fault.message]


def edit_form_of(line: CommitmentLine, case: Case | None) -> CommitmentEditForm:
    """The form of an existing commitment; what was sent in this request wins."""
    commitment = line.commitment
    return CommitmentEditForm(
        data={
            "kind": commitment.kind,
            "by": line.by.name or country_name(line.by.country),
            "to": line.to.name or country_name(line.to.country),
            "text": commitment.text,
            "due": commitment.due_on,
            "case": label_of_case(case) if case else "",
            "version": commitment.version,
        }
    )


def outcome_form_of(commitment: Commitment) -> OutcomeForm:
    """What is said of it already; what was sent in this request wins."""
    return OutcomeForm(
        data={
            "status": commitment.status,
            "settled_on": commitment.settled_on,
            "note": commitment.check_note,
            "superseded_by": commitment.superseded_by_id,
            "version": commitment.version,
        }
    )


def _shortly(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:89]}…"


def form_of(engagement: Engagement, cases: list[str]) -> EngagementForm:
    """The form of an existing meeting; what was sent in this request wins."""
    participants = labels_of_participants(engagement)
    return EngagementForm(
        data={
            "kind": engagement.kind,
            "occurred_on": engagement.occurred_on,
            "date_text": engagement.date_text,
            "place": engagement.place,
            "summary": engagement.summary,
            "level": engagement.level,
            "participants": participants,
            "cases": cases,
            "version": engagement.version,
        }
    )


def labels_of_participants(engagement: Engagement) -> list[str]:
    """As the form shows them; two contacts of one label with their numbers."""
    plain = [label_of_contact(row.contact) if row.contact else row.name or "" for row in engagement.participants]
    return [
        numbered(label, row.contact) if row.contact and plain.count(label) > 1 else label
        for label, row in zip(plain, engagement.participants, strict=True)
    ]


def _case_id(text: str, cases: Mapping[str, Case], path: str) -> UUID:
    case = cases.get(reference_in(text))
    if case is None:
        words = _("There is no case “%(text)s”. Give its reference, or words of its title.", text=text)
        raise Invalid(Fault(path, words))
    return case.id


def _is_filled(row: Any) -> bool:
    return bool(row.form.is_filled) if row.type == "FormField" else line_of(row.data) is not None


def _day_in_the_past(text: str) -> str | None:
    """YYYY[-MM[-DD]] of a vague date, or of a day such as `yesterday`. Raises ValueError."""
    try:
        return read_vague(text)
    except ValueError:
        day = read_day_here(text)
        if day > today_here():
            raise NotADay from None
        return day.isoformat()
