"""Forms of which a few fields say what nobody expects, for whoever makes up requests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Body = dict[str, Any]
ODD = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1e9",
        "99999999999999999999",
        "٣",
        "²",
        "NaN",
        "true",
        "null",
        "[]",
        "{}",
        "on",
        "\x00",
        "a\x00b",
    ),
    *(
        "2026-02-30",
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "2026-W01-1",
        "2026",
        "00:00",
        "25:61",
        "tomorrow",
    ),
    *(
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "not-a-uuid",
        "ICC-AAAA",
        "//x",
        "/\\x",
    ),
    *(
        "%",
        "_",
        "\\",
        "'",
        '"',
        "'; --",
        "{{ 7*7 }}",
        "%s %(a)s {0}",
        "<b>",
        "=1+1",
        "@x",
        "a\r\nBcc: x@example.org",
        "\u202e",
        "\ufeff",
    ),
    *(
        "public",
        "internal",
        "restricted",
        "sealed",
        "admin",
        "lead",
        "confirm",
        "preview",
        "jump:",
        ":",
        ",",
        "&",
        "х" * 300,
        "x" * 20_000,
    ),
    *(
        "Ї́" * 200,
        "🇧🇾" * 100,
        "\u0301" * 500,
        "(" * 2_000,
        "a-" * 2_000,
        "1-" * 2_000,
        "+375" * 50,
        "a@" * 500,
        "https://" + "x" * 3_000,
    ),
)
"""What fields of other programs fell over."""
_VALUES = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
_MORE_OF_ONE = st.lists(_VALUES, max_size=4)
_QUERY = (
    *(
        "q",
        "sort",
        "after",
        "before",
        "cursor",
        "columns",
        "group",
        "status",
        "level",
        "filter",
        "on",
        "month",
        "next",
        "by",
    ),
    *(
        "whose",
        "pathway",
        "event",
        "history",
        "work",
        "page",
        "view",
        "day",
        "as_of",
        "kind",
        "person",
        "step",
        "to",
        "here",
    ),
)


@st.composite
def changed(draw: Any, form: Body) -> Body:
    """The form with up to four of its fields changed, left out or sent more than once, and now and then one more."""
    sent = dict(form)
    for name in draw(st.lists(st.sampled_from(sorted(form)), max_size=4, unique=True)) if form else ():
        said = draw(st.one_of(_VALUES, _MORE_OF_ONE, st.none()))
        sent.pop(name) if said is None else sent.update({name: said})
    if draw(st.integers(0, 5)) == 0:
        sent[draw(st.sampled_from(("version", "step", "id", "csrf_token", "next", "level", "reason", "typed")))] = draw(
            _VALUES
        )
    return sent


def query() -> Any:
    """None to three parameters that pages know."""
    return st.dictionaries(st.sampled_from(_QUERY), _VALUES, max_size=3)
