from __future__ import annotations

import pytest

from tracker.accounts.sign_in import safe_next


@pytest.mark.parametrize("path", ["/", "/cases", "/cases/ICC-K7QX?tab=history#e3", "/cases?q=a%2Fb"])
def test_a_path_of_this_site_is_followed(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        None,
        "",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/cases\\..\\evil",
        "javascript:alert(1)",
        "/cases\r\nSet-Cookie: a=b",
        "/\t/evil.example",
        "cases",
    ],
)
def test_nobody_is_sent_elsewhere(elsewhere: str | None) -> None:
    assert safe_next(elsewhere) is None
