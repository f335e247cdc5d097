"""Where the service may be."""

import pytest

from smappee_tui.connect.cloud_api.address import DEFAULT_BASE, BadCloudAddressError, base_address
from smappee_tui.connect.cloud_api.client import CloudClient
from smappee_tui.connect.cloud_api.errors import CloudError
from smappee_tui.connect.errors import BadAddressError
from tests.connect.cloud_api.fakes import WHO


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (DEFAULT_BASE, DEFAULT_BASE),
        (" HTTPS://App1Pub.smappee.net/dev/v3/ ", DEFAULT_BASE),
        ("http://127.0.0.1:8080/dev/v3", "http://127.0.0.1:8080/dev/v3"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:81/x//", "http://[::1]:81/x"),
        ("https://farm2pub.example", "https://farm2pub.example"),
    ],
)
def test_spelled_in_one_way(typed: str, meant: str) -> None:
    assert base_address(typed) == meant
    assert CloudClient(WHO, base_url=typed).base_url == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "app1pub.smappee.net/dev/v3",
        "ftp://app1pub.smappee.net",
        "https://",
        "https://host:notaport",
        "https://host:99999",
        "https://[::1",
        "https://ho st/x",
        "https://host/\x1b[31m",
        "https://höst/x",
        "https://host\\@evil/",
        "https://host/x?token=1",
        "https://host/x#y",
        "http://app1pub.smappee.net/dev/v3",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "https://me:hunter2@host/x",
        "https://hunter2@host/x",
        "https://@host/x",
    ],
)
def test_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(BadCloudAddressError) as refused:
        CloudClient(WHO, base_url=typed)
    assert isinstance(refused.value, CloudError)
    assert isinstance(refused.value, BadAddressError)
    assert "hunter2" not in str(refused.value)
    assert refused.value.what
    assert refused.value.advice
