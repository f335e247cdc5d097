"""A token outlives the command that fetched it, in the keyring and nowhere else; it is never a reason to fail."""

import pytest

from smappee_tui.connect.cloud_api.credentials import CredentialStore, KeyringTokenStore
from smappee_tui.protocol.cloud.read_access import Token
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.connect.cloud_api.conftest import client_of
from tests.connect.cloud_api.fakes import BASE, WHO, Clock
from tests.connect.cloud_api.test_credentials import Ring

ENTRY = ("smappee-tui", f"cloud:{BASE}:token")


def grants(cloud: VirtualCloud) -> list[str]:
    return [call.grant for call in cloud.calls if call.grant]


def store(ring: Ring) -> KeyringTokenStore:
    return KeyringTokenStore(CredentialStore(ring), BASE)


async def test_the_next_client_need_not_log_in(cloud: VirtualCloud, clock: Clock) -> None:
    ring = Ring()
    for _ in range(3):
        async with client_of(cloud, clock, store=store(ring)) as client:
            assert len(await client.locations()) == 1
    assert grants(cloud) == ["password"]


async def test_an_old_token_is_renewed_without_the_password(cloud: VirtualCloud, clock: Clock) -> None:
    ring = Ring()
    async with client_of(cloud, clock, store=store(ring)) as client:
        await client.locations()
    clock.now += 11 * 3600
    async with client_of(cloud, clock, store=store(ring)) as client:
        await client.locations()
    assert grants(cloud) == ["password", "refresh_token"]


async def test_a_token_that_was_taken_back_means_logging_in(cloud: VirtualCloud, clock: Clock) -> None:
    ring = Ring()
    async with client_of(cloud, clock, store=store(ring)) as client:
        await client.locations()
    cloud.behaviour.expire_now()
    cloud.behaviour.refuse_refresh = True
    async with client_of(cloud, clock, store=store(ring)) as client:
        await client.locations()
    assert grants(cloud) == ["password", "refresh_token", "password"]


async def test_without_a_store_nothing_is_kept(cloud: VirtualCloud, clock: Clock) -> None:
    for _ in range(2):
        async with client_of(cloud, clock) as client:
            await client.locations()
    assert grants(cloud) == ["password", "password"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"access":1}', '{"access":"","refresh":"","until":1}'])
def test_what_cannot_be_read_is_none(text: str) -> None:
    ring = Ring()
    ring.kept[ENTRY] = text
    assert store(ring).load() is None


def test_a_keyring_that_fails_is_no_error() -> None:
    ring = Ring(fail=RuntimeError)
    store(ring).keep(Token("a", "b", 60.0), 5.0)
    assert store(ring).load() is None


def test_a_new_login_and_a_logout_take_the_token_along() -> None:
    ring = Ring()
    store(ring).keep(Token("access-1", "refresh-1", 60.0), 5.0)
    assert "access-1" not in repr(store(ring).load())
    CredentialStore(ring).keep(BASE, WHO)
    assert ENTRY not in ring.kept
    store(ring).keep(Token("access-2", "refresh-2", 60.0), 5.0)
    assert CredentialStore(ring).forget(BASE) is True
    assert ring.kept == {}


def test_one_too_long_for_a_keyring_is_not_kept() -> None:
    ring = Ring()
    store(ring).keep(Token("x" * 3000, "", 60.0), 5.0)
    assert ring.kept == {}
