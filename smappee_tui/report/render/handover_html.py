"""The customer's page as one HTML file: no scripts, no network, one sheet of A4 when printed."""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup

from smappee_tui.report.model import Report
from smappee_tui.report.render.handover_text import HandoverText
from smappee_tui.report.render.html import font_faces


def render(report: Report, digest: str) -> bytes:
    """Write the HTML.

    Args:
        report: as read from its JSON.
        digest: sha256 of that JSON file, printed at the foot.
    """
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
                                     lstrip_blocks=True)  # fmt: skip
    folder = files("smappee_tui.report.render") / "templates"
    template = environment.from_string((folder / "handover.html.j2").read_text(encoding="utf-8"))
    context = {
        "s": HandoverText(report),
        "digest": digest,
        "fonts": Markup(font_faces()),  # noqa: S704 - our own words and base64
        "style": Markup((folder / "handover.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
    }
    return template.render(context).encode("utf-8", "replace")
