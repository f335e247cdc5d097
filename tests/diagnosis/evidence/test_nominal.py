"""What a supply should have."""

import pytest

from smappee_tui.diagnosis.evidence.nominal import TOLERANCE, nominal_volts


def words(means: list[float | None], **told: object) -> list[str]:
    nominal = nominal_volts(means, **told)  # type: ignore[arg-type]
    return [
        "-" if v is None else "low" if v / n < 1 - TOLERANCE else "high" if v / n > 1 + TOLERANCE else f"{n:.0f}"
        for v, n in zip(means, nominal, strict=True)
    ]


@pytest.mark.parametrize(
    ("means", "told", "said"),
    [
        # 230 V and its troubles, whatever tells or does not tell
        ([231, 229, 230], {}, ["230", "230", "230"]),
        ([200, 201, 200], {}, ["low", "low", "low"]),
        ([200, 201, 200], {"hertz": 50.01}, ["low", "low", "low"]),
        ([205, 205, 204], {"time_zone": "Europe/Brussels"}, ["low", "low", "low"]),
        ([205, None, None], {}, ["low", "-", "-"]),
        ([190, 232, 231], {}, ["low", "230", "230"]),
        ([256, 257, 256], {}, ["high", "high", "high"]),
        ([277, 276, 277], {"hertz": 50.0}, ["high", "high", "high"]),
        ([180, None, None], {}, ["low", "-", "-"]),
        # what is left of 230 V where a lead floats
        ([230, 128, 231], {}, ["230", "low", "230"]),
        ([230, 115, 116], {}, ["230", "low", "low"]),
        ([120, None, None], {"hertz": 50.0}, ["low", "-", "-"]),
        ([118, None, None], {"time_zone": "Europe/Berlin"}, ["low", "-", "-"]),
        # networks of 100 to 127 V
        ([120, 121, 119], {"hertz": 60.0}, ["120", "120", "120"]),
        ([120, 121, 119], {}, ["120", "120", "120"]),
        ([133, 133, 132], {"hertz": 50.0}, ["127", "127", "127"]),
        ([120, 119, None], {}, ["120", "120", "-"]),
        ([120, None, None], {}, ["120", "-", "-"]),
        ([101, 100, None], {"hertz": 60.0}, ["100", "100", "-"]),
        ([127, 126, 127], {"time_zone": "America/Sao_Paulo"}, ["127", "127", "127"]),
        ([97, None, None], {"hertz": 60.0}, ["100", "-", "-"]),
        # between their conductors
        ([208, 207, 209], {"hertz": 59.99}, ["208", "208", "208"]),
        ([203, 202, 203], {"hertz": 60.0}, ["208", "208", "208"]),
        ([205, 205, 204], {}, ["208", "208", "208"]),
        ([243, 242, None], {"hertz": 60.0}, ["240", "240", "-"]),
        ([277, 278, 276], {"hertz": 60.0}, ["277", "277", "277"]),
        ([120, 208, 120], {}, ["120", "208", "120"]),
        ([120, 208, 121], {"hertz": 60.0}, ["120", "208", "120"]),
        # nothing
        ([None, None, None], {}, ["-", "-", "-"]),
    ],
)
def test_nominal(means: list[float | None], told: dict[str, object], said: list[str]) -> None:
    assert words(means, **told) == said


def test_a_floating_voltage_has_no_network_of_its_own() -> None:
    assert words([231, 40, 230]) == ["230", "low", "230"]
