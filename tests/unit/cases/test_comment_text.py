"""The words of a comment, shown."""

from __future__ import annotations

import pytest

from tracker.cases.comment_text import clean_body, names_called, shown


def test_what_people_write_is_never_html() -> None:
    assert str(shown("<b>x</b> & y", ())) == "&lt;b&gt;x&lt;/b&gt; &amp; y"


def test_addresses_become_links_without_the_full_stop_behind_them() -> None:
    assert 'href="https://x.org/a?b=1&amp;c=2"' in str(shown("See https://x.org/a?b=1&c=2.", ()))
    assert str(shown("See https://x.org.", ())).endswith("</a>.")


def test_a_script_address_is_no_link() -> None:
    assert "<a" not in str(shown("javascript:alert(1)", ()))


@pytest.mark.parametrize("body", ["@Ann Lee look", "look, @ann lee!", "(@Ann Lee)"])
def test_a_name_after_an_at_sign_is_called(body: str) -> None:
    assert names_called(body, ["Ann", "Ann Lee"]) == {"Ann Lee"}


@pytest.mark.parametrize("body", ["mail ann@Ann Lee.org", "Ann Lee", "@Annabel"])
def test_other_words_call_nobody(body: str) -> None:
    assert names_called(body, ["Ann", "Ann Lee"]) == set()


def test_a_called_name_is_marked() -> None:
    assert str(shown("Hi @Ann", ["Ann"])) == 'Hi <span class="mention">@Ann</span>'


def test_a_nul_never_reaches_the_database() -> None:
    assert clean_body("a\x00b\r\n") == "ab"
