"""What a notice is made of: each change once, and none of an input whose configuration is changed to and fro."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.tui.live.columns import rows_of
from smappee_tui.tui.live.news import News
from tests.diagnosis.remedy.test_corrections import judged, setting, verdict, view


def test_an_input_that_is_set_to_and_fro_is_announced_once() -> None:
    news, seen = News(), view(setting(4), setting(5))
    turns = Finding(
        "config-alternates",
        "warning",
        Subject("monitor"),
        channels=(4,),
        params={"count": 1, "times": 3, "inputs": (4,)},
    )
    said = []
    for turn in range(5):
        word = "reversed" if turn % 2 else "ok"
        judgement = judged(verdict(4, word), verdict(5, "ok"), findings=(turns,) if turn else ())
        notice = news.of(seen, judgement, rows_of(seen, judgement))
        said.append("" if notice is None else notice.text)

    assert "take turns" in said[1]
    assert "\n" not in said[1]
    assert said[2:] == ["", "", ""]
    other = judged(verdict(4, "ok"), verdict(5, "reversed"), findings=(turns,))
    notice = news.of(seen, other, rows_of(seen, other))
    assert notice is not None
    assert "Oven" in notice.text
