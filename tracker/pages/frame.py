"""What stands around every page: security headers, CSRF, error pages, navigation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast
from wsgiref.headers import Headers

from flask import Flask, Response, abort, g, has_request_context, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from structlog import get_logger
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise
from wtforms.form import BaseForm

from config import Settings
from tracker.accounts.resume import offer_stale_form
from tracker.audit.reads import highest_read
from tracker.core import logs
from tracker.core.errors import Conflict, Invalid, NotLawful, NotPermitted, NotVisible, TrackerError
from tracker.core.merging import before_of
from tracker.core.web import db
from tracker.pages import navigation
from tracker.pages.hosts import OnlyKnownHost

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # not no-referrer: CSRF over https looks at it
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
FOR_EVER = "public, max-age=31536000, immutable"
HASHED = "/static/dist/assets/"

STATUS_OF: dict[type[TrackerError], int] = {
    NotVisible: 404,
    NotPermitted: 403,
    Conflict: 409,
    Invalid: 422,
    NotLawful: 422,
}
ENTANGLED = ("40001", "40P01")
"""PostgreSQL's codes of a failed serialisation and of a deadlock."""
PAGES = (400, 403, 404, 409, 413, 429, 500, 503)
"""Statuses with words of their own; the others use those of 400 or 500."""

log = get_logger(__name__)


def init_app(app: Flask) -> None:
    """Frame every answer of `app`."""
    settings = cast(Settings, app.extensions["tracker.settings"])
    logs.configure(as_json=settings.is_production)
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=settings.is_production)
    CSRFProtect(app)
    app.before_request(_refuse_nul)
    app.after_request(_secure)
    if settings.is_production:
        app.after_request(_only_https)
    app.log_exception = _log_exception  # type: ignore[method-assign]
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(TrackerError, _domain_error)
    app.register_error_handler(OperationalError, _out_of_order)
    app.register_error_handler(StaleDataError, _overtaken)
    navigation.init_app(app)
    app.jinja_env.globals.update(before_of=_before_of, classification_of=_classification_of)
    strict = {"Strict-Transport-Security": STRICT_TRANSPORT} if settings.is_production else {}
    _serve_assets(app, HEADERS | strict)
    if settings.is_production:
        app.wsgi_app = OnlyKnownHost(app.wsgi_app, settings.host, HEADERS | strict)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _serve_assets(app: Flask, headers: Mapping[str, str]) -> None:
    """Serve the build compressed, before Flask sees the request; without a build, Flask's own route answers 404."""

    def add_headers(known: Headers, _path: str, url: str) -> None:
        for name, value in headers.items():
            known[name] = value
        known["Cache-Control"] = FOR_EVER if url.startswith(HASHED) else "no-store"

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=app.static_folder,
        prefix="static/",
        allow_all_origins=False,
        add_headers_function=add_headers,
    )


def _before_of(form: BaseForm) -> str:
    """How the form stood when it was opened, or when the two versions were last compared."""
    sent = request.form.get("before")
    return sent if sent and not hasattr(form, "merged") else before_of(form)


def _classification_of(said: str | None) -> str:
    """Words for the foot of the page and of each sheet: as secret as the most secret thing on it, else as `said`."""
    match highest_read(db()) if "db_session" in g else None:
        case "sealed":
            return str(_("Sealed: not for publication"))
        case "restricted":
            return str(_("Restricted: not for publication"))
    return said or str(_("Internal: not for publication"))


def _refuse_nul() -> None:
    """No text in PostgreSQL holds a NUL, and no browser sends one."""
    if "\x00" in request.path:
        abort(404)
    if any("\x00" in text for said in (request.args, request.form) for text in _texts(said)):
        abort(400)


def _texts(said: MultiDict[str, str]) -> Iterator[str]:
    for name, value in said.items(multi=True):
        yield name
        yield value


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Cache-Control"] = "no-store"
    return response


def _only_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    return response


def _http_error(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    status = error.code or 500
    original = getattr(error, "original_exception", None) if isinstance(error, InternalServerError) else None
    if isinstance(original, StaleDataError):
        status = 409
    elif isinstance(original, OperationalError):
        status = 409 if _is_entangled(original) else 503
    answer = _page(status)
    if allow := dict(error.get_headers()).get("Allow"):
        answer.headers["Allow"] = allow
    return answer


def _csrf_error(error: CSRFError) -> Any:
    return offer_stale_form() or _http_error(error)


def _domain_error(error: TrackerError) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 500)
    if status == 500:
        log.error("request.failed", **logs.place_of(error))
    # The message names the reason to whoever sees the thing; a 404 has no reason.
    return _page(status, reason=str(error.message) if status in (403, 409, 422) else "")


def _out_of_order(error: OperationalError) -> Response:
    if _is_entangled(error):
        log.info("request.entangled", **logs.place_of(error))
        return _page(409)
    log.error("database.out_of_order", **logs.place_of(error))
    return _page(503)


def _is_entangled(error: OperationalError) -> bool:
    """Whether two changes waited for each other, and PostgreSQL undid this one: a matter of who came first."""
    return getattr(error.orig, "sqlstate", None) in ENTANGLED


def _overtaken(error: StaleDataError) -> Response:
    log.info("request.overtaken", **logs.place_of(error))
    return _page(409)


def _page(status: int, reason: str = "") -> Response:
    name = status if status in PAGES else 400 if status < 500 else 500
    body = render_template(f"errors/{name}.html", reason=reason, error_status=status)
    return Response(body, status)


def _log_exception(exc_info: Any) -> None:
    log.error("request.failed", endpoint=request.endpoint if has_request_context() else None, exc_info=exc_info)
    g.failed = True
