"""`smappee-tui cloud logout`: the credentials leave the system's keyring."""

from __future__ import annotations

from smappee_tui.cli import exits
from smappee_tui.cli.guard import guarded


@guarded
def logout() -> int:
    """Take the credentials out of the system's keyring."""
    from smappee_tui.cli.cloud.open import base_of
    from smappee_tui.cli.kept import kept_settings
    from smappee_tui.cli.talk import say
    from smappee_tui.links.cloud.vault import Vault

    base_url = base_of(kept_settings())
    gone = Vault().forget(base_url)
    say(f"The credentials for {base_url} are {'forgotten' if gone else 'not kept here: nothing to forget'}.")
    return exits.OK
