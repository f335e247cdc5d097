"""Whether credentials work: a login, and one question."""

from __future__ import annotations

import asyncio
from datetime import datetime

from smappee_tui.cli.cloud.ask import told
from smappee_tui.cli.cloud.open import codes
from smappee_tui.links.cloud.client import CloudClient
from smappee_tui.links.cloud.credentials import Credentials
from smappee_tui.links.cloud.errors import CloudError
from smappee_tui.settings import Settings


def proved(base_url: str, credentials: Credentials, settings: Settings) -> tuple[datetime, int]:
    """Log in and count the locations.

    Raises:
        CloudError: when it does not work, with the cloud's own words added.
    """

    async def prove() -> tuple[datetime, int]:
        async with CloudClient(credentials, base_url=base_url, codes=codes(settings)) as client:
            until = await client.authenticate()
            return until, len(await client.locations())

    try:
        return asyncio.run(prove())
    except CloudError as error:
        raise told(error) from None
