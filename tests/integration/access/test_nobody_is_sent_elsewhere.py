"""No answer sends anybody to another site, whatever the address, the form or the page before says."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest

from tests.integration.access.test_every_route import Place, place  # noqa: F401  a fixture

EVIL = "evil.example"
ELSEWHERE = (f"//{EVIL}/x", f"https://{EVIL}/", f"/\\{EVIL}", f"https:{EVIL}", f"/\t/{EVIL}")
NAMES = ("next", "back", "to", "return", "target", "url", "for", "from")


def outside(location: str | None) -> bool:
    """Whether a browser at http://localhost would leave the site."""
    said = (location or "").translate({9: None, 10: None, 13: None}).replace("\\", "/").strip()
    parts = urlsplit(said)
    leaves = bool(parts.scheme) or said.startswith("//")
    return leaves and (parts.scheme not in ("", "http") or parts.netloc != "localhost")


@pytest.mark.parametrize("location", ELSEWHERE)
def test_a_redirection_that_leaves_would_be_noticed(location: str) -> None:
    assert outside(location)
    assert not outside(f"/sign-in?next={quote(location, safe='')}")


@pytest.mark.parametrize("visitor", ["coordinator", "administrator", "stranger"])
def test_no_route_leads_to_another_site(place: Place, visitor: str) -> None:  # noqa: F811
    """Every route, asked with another site's address wherever one may stand; in POSTs what changes nothing is typed."""
    client, wrong, redirected = place.visitors[visitor], [], 0
    for method, rule in place.routes():
        if rule.endpoint in ("accounts.sign_out", "accounts.end_other_sessions"):
            continue  # they end the session that asks
        path = place.open.address(place.app, rule)
        for elsewhere in ELSEWHERE[:1] if method == "POST" else ELSEWHERE[:3]:
            said = dict.fromkeys(NAMES, elsewhere)
            answer = client.open(
                path,
                method=method,
                query_string=said,
                data=said if method == "POST" else None,
                headers={"Referer": f"https://{EVIL}/", "Origin": f"https://{EVIL}"},
            )
            redirected += answer.location is not None
            if outside(answer.location):
                wrong.append(f"{method} {path} as {visitor}: {answer.location}")
    assert redirected > 20
    assert not wrong, "\n".join(wrong)
