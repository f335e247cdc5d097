from dataclasses import replace

import pytest

from smappee_tui.connect.portal.guide import Values, back_guide, push_guide, without_broker
from smappee_tui.tui.widgets.qr_code import qr_lines
from tests.said import said

VALUES = Values("tcp://192.168.0.34:1883", "smappee", "abcd-efgh-ijkl")


def test_the_way_there() -> None:
    guide = push_guide("192.168.0.48", VALUES)
    assert guide.page == "http://192.168.0.48/smappee.html"
    values = [step.value for step in guide.steps if step.value]
    assert values == [guide.page, VALUES.url, VALUES.username, VALUES.password]
    text = " ".join(said(step.text) for step in guide.steps)
    assert text.index("Logon/logoff") < text.index("Advanced") < text.index("Apply changes and restart")
    assert any(warning.code == "portal.restarts" for warning in guide.warnings)
    assert "tcp://localhost:1883" in said(guide.back)
    assert "abcd" not in repr(VALUES)


def test_a_password_to_type_crosses_the_network_in_clear() -> None:
    def warned(values: Values) -> list[str]:
        return [said(one) for one in push_guide("h", values).warnings if "in clear" in said(one)]

    assert "opens nothing else" in warned(VALUES)[0]
    assert "for this run only" in warned(replace(VALUES, own=True))[0]
    assert warned(Values("tcp://192.168.0.34:1883")) == []


def test_the_way_back() -> None:
    assert "tcp://10.0.0.9:1883" in push_guide("h", VALUES, previous="tcp://10.0.0.9:1883").back.params.values()
    guide = back_guide("192.168.0.48")
    assert "tcp://localhost:1883" in [step.value for step in guide.steps]
    assert any("Leave “MQTT local broker password” empty" in said(step.text) for step in guide.steps)
    assert guide.back is None


def test_without_an_address() -> None:
    assert push_guide("", VALUES).page == ""
    assert "monitor's address" in said(push_guide("", VALUES).steps[0].value)
    assert any("Smappee app" in said(step.text) for step in push_guide("", VALUES).steps)


@pytest.mark.parametrize(("serial", "word"), [("1006000123", "Expert Portal"), ("5130000001", "cloud")])
def test_products_without_a_broker(serial: str, word: str) -> None:
    told = without_broker(serial)
    assert told is not None
    assert "no local MQTT" in said(told[0])
    assert word in said(told[1])


def test_products_with_a_broker() -> None:
    assert without_broker("5010001234") is without_broker("") is None


def test_the_qr_code_is_what_segno_draws() -> None:
    import segno

    text = "http://192.168.0.48/smappee.html"
    lines = qr_lines(text, border=2)
    rows = [list(row) for row in segno.make(text, micro=False).matrix_iter(1, 2)]
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            sign = lines[y // 2][x]
            lit = sign in ("█▀" if y % 2 == 0 else "█▄")
            assert lit is not bool(dark)
    assert len({len(line) for line in lines}) == 1
    assert len(lines) <= 20
    inverse = qr_lines(text, on_dark=False)
    assert inverse[0].strip() == ""
