"""Which call is which: from method and path to the answer, with the rights of whoever asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

import msgspec

from smappee_tui.simulator.cloud import places, values
from smappee_tui.simulator.cloud.accounts import Account, CloudAccounts, TokenIssuer
from smappee_tui.simulator.cloud.behaviour import Behaviour
from smappee_tui.simulator.cloud.request import ApiAnswer, CloudRefusalError, Request, told

_LOCATION = re.compile(r"/servicelocation/(\d{1,15})(?:/(.+))?")
_THING = re.compile(r"(switch|sensor|actuator)/(\d{1,15})/(consumption|state|on|off)")


class Api:
    """All methods of the cloud, without HTTP."""

    def __init__(self, estate: CloudAccounts, behaviour: Behaviour, clock: Callable[[], float]) -> None:
        """Serve an estate. `clock` in s since 1970."""
        self._estate, self._behaviour, self._clock = estate, behaviour, clock
        self._tokens = TokenIssuer(estate, behaviour, clock)

    def answer(self, request: Request) -> ApiAnswer:
        """Answer one call, errors too."""
        try:
            answer = self._token(request) if request.path == "/oauth2/token" else self._serve(request)
        except CloudRefusalError as refused:
            return self.error(refused.status, refused.message, refused.error)
        return self._extended(answer) if self._behaviour.extra_fields and answer.plain else answer

    def error(self, status: int, message: str, error: str = "") -> ApiAnswer:
        """An error as the service words it."""
        if error:
            return told({"error": error, "error_description": message}, status)
        return told({"Message" if self._behaviour.capital_message else "message": message}, status)

    def _extended(self, answer: ApiAnswer) -> ApiAnswer:
        return told(values.strange(msgspec.json.decode(answer.body)), answer.status)

    def _token(self, request: Request) -> ApiAnswer:
        if request.method != "POST":
            raise CloudRefusalError(405, "Request method is not supported")
        if not request.kind.startswith("application/x-www-form-urlencoded"):
            raise CloudRefusalError(415, "Send a form")
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        return told(self._tokens.grant(form))

    def _serve(self, request: Request) -> ApiAnswer:
        account = self._tokens.who(request.authorization)
        if request.path == "/servicelocation":
            if request.method == "GET":
                return places.locations(self._estate, account)
            if request.method == "POST":
                return places.create(self._estate, account, request)
            raise CloudRefusalError(405, "Request method is not supported")
        match = _LOCATION.fullmatch(request.path)
        if match is None:
            raise CloudRefusalError(404, "Not found")
        return self._at_location(account, int(match[1]), match[2] or "", request)

    def _at_location(self, account: Account, location: int, rest: str, request: Request) -> ApiAnswer:
        house, now = self._estate.open(account, location), self._clock()
        behaviour = self._behaviour
        calls: dict[tuple[str, str], Callable[[], ApiAnswer]] = {
            ("GET", "info"): lambda: places.info(house, now),
            ("GET", "meteringconfiguration"): lambda: places.configuration(house, now),
            ("GET", "consumption"): lambda: values.consumption(house, behaviour, request),
            ("GET", "events"): lambda: values.appliance_events(house, behaviour, request),
            ("GET", "costanalysis"): lambda: values.cost_analysis(house, behaviour, request),
            ("PUT", ""): lambda: places.update(house, account, request),
            ("DELETE", ""): lambda: places.delete(self._estate, house, account),
            ("POST", "share"): lambda: places.share(self._estate, house, account, request),
        }
        thing = _THING.fullmatch(rest)
        if thing is not None:
            number = int(thing[2])
            calls |= {
                ("GET", f"switch/{thing[2]}/consumption"): lambda: values.switch_consumption(
                    house, number, behaviour, request, now
                ),
                ("GET", f"sensor/{thing[2]}/consumption"): lambda: values.sensor_consumption(
                    house, number, behaviour, request
                ),
                ("GET", f"actuator/{thing[2]}/state"): lambda: values.state(house, number, behaviour, now),
                ("POST", f"actuator/{thing[2]}/on"): lambda: values.switch(house, number, True, request, now),
                ("POST", f"actuator/{thing[2]}/off"): lambda: values.switch(house, number, False, request, now),
            }
        call = calls.get((request.method, rest))
        if call is None:
            known = any(path == rest for _, path in calls)
            raise CloudRefusalError(405 if known else 404, "Request method is not supported" if known else "Not found")
        return call()
