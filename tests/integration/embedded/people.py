"""People who work with a running copy through its pages, as a browser would."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Browser:
    """One signed-in person at a copy that listens on `port`. Not for several threads at once."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def sign_in(self, email: str, password: str) -> None:
        """Through the form, as everybody does."""
        self.look("/sign-in")
        status, _ = self.send("/sign-in", {"email": email, "password": password})
        assert status == 303, status
        self.look("/")

    def look(self, path: str) -> str:
        """A page; its token is good for the next form."""
        status, page = self._ask("GET", path)
        assert status == 200, (path, status)
        if found := _TOKEN.search(page):
            self.token = found[1]
        return page

    def send(self, path: str, said: dict[str, Any]) -> tuple[int, str]:
        """Send a form. Raises OSError or http.client.HTTPException when the server went away meanwhile."""
        return self._ask("POST", path, urlencode({"csrf_token": self.token, **said}))

    def another(self) -> Browser:
        """The same person in another tab."""
        return Browser(self.port, dict(self.cookies), self.token)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {
                "Host": f"localhost:{self.port}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            }
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for header in answer.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
            return answer.status, text
        finally:
            connection.close()
