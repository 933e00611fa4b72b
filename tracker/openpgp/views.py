"""One's own key: give it, look at it, take it away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import SIGNED_IN, entrance
from tracker.accounts.current import the_person
from tracker.accounts.fresh import ask_first, is_fresh
from tracker.core import clock
from tracker.core.web import actor, db
from tracker.openpgp import services
from tracker.openpgp.certs import Refused, WhyNot, read_kept, usable
from tracker.openpgp.forms import WORDS, KeyForm
from tracker.openpgp.queries import key_of

blueprint = Blueprint("openpgp", __name__)


@blueprint.route("/preferences/openpgp", methods=["GET", "POST"])
@entrance(SIGNED_IN)
def own_key() -> Any:
    form = KeyForm()
    if request.method == "POST" and (asked := ask_first()) is not None:
        return asked
    if form.validate_on_submit() and _give(form):
        flash(_("Your key is kept. Mail to you is encrypted with it from now on."), "success")
        return redirect(url_for(".own_key"), 303)
    return _page(form), 422 if form.errors else 200


@blueprint.post("/preferences/openpgp/remove")
@entrance(SIGNED_IN)
def remove_key() -> Response:
    if (asked := ask_first(url_for(".own_key"))) is not None:
        return asked
    services.remove_key(db(), actor())
    flash(_("Your key is removed. Mail to you is no longer encrypted."), "success")
    return redirect(url_for(".own_key"), 303)


def _give(form: KeyForm) -> bool:
    content = form.content()
    if not content.strip():
        form.key.errors = [_("Paste your public key, or choose the file with it.")]
        return False
    try:
        services.give_key(db(), actor(), content)
    except Refused as refused:
        (form.file if form.file.data else form.key).errors = [str(WORDS[refused.why])]
        if refused.why is WhyNot.SECRET:
            form.key.data = None  # a private key is not sent back
        return False
    return True


def _page(form: KeyForm) -> str:
    kept = key_of(db(), the_person().person_id)
    return render_template(
        "openpgp/key.html",
        form=form,
        kept=kept,
        key=read_kept(kept.cert) if kept else None,
        is_usable=kept is not None and usable(kept.cert, clock.now()) is not None,
        is_fresh=is_fresh(),
    )
