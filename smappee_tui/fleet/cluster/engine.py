"""What NATS JetStream holds for a fleet, and how it is set up: one stream of messages, one of configurations, one of
changes, one bucket of state. Nothing here is a protocol of ours.

    servicelocation.<uuid>.…  ─►  FLEET           every message, for minutes; its subject has become
                                                  fleet.<partition>.<uuid>.…
                                  FLEET_KEPT      the last configuration and plug state of each location, for ever
                                  KV_fleet        lease, place and verdicts of each partition, state of each location
    fleet-changes.<uuid>      ─►  FLEET_CHANGES   each change of a verdict, once, for others to read

An MQTT client of the same cluster publishes to `servicelocation/<uuid>/…`: NATS turns each `/` into a `.`.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smappee_tui.connect.errors import CannotConnectError, ExternalError, RefusedError
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.topics import ROOT

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

STREAM, KEPT, CHANGES, BUCKET = "FLEET", "FLEET_KEPT", "FLEET_CHANGES", "fleet"
RETAINED = "$MQTT_rmsgs"
"""The server's own stream of retained messages of MQTT, `$MQTT.rmsgs.<subject>`; its README-MQTT.md describes it."""
STATE = f"KV_{BUCKET}"
"""The stream that is the bucket."""
SUBJECT = f"{ROOT}.*.>"
CHANGE_SUBJECT = "fleet-changes"
LASTING = ("config", "channelConfig", "channelConfigV2", "sensorConfig", "homeControlConfig",
            "plug.*.state", "plug.*.connectionState")  # fmt: skip
"""What stays true until the next one comes: a worker that takes a location over has to know it."""
_PARTITIONS = re.compile(r"^fleet\.\{\{partition\((\d+),1\)\}\}\.\{\{wildcard\(1\)\}\}\.>$")
_WAIT, _BUSY = 5.0, 25
"""Seconds for an answer of the server, and how often within them it is asked again while it says that it is busy."""
FULL = (10023, 10028, 10047, 10077)
"""JetStream's codes for: no room, on the servers, for this account, to be set aside, in this stream."""
_NO_LEADER = 10008
"""JetStream's code for: the servers have not chosen who leads."""
MOST_CHANGE_AGE = 400 * 86_400.0
"""Seconds that a change is kept: a year and a bit."""
PARTITIONS = 16
"""Where nobody says how many: a worker of its own for each of two machines' cores, and a takeover is a sixteenth."""
DUPLICATES = 3600.0
"""Seconds within which the server knows that a change was published before."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a cluster is set up; what already exists stays as it is."""

    partitions: int | None = None
    """Into so many parts the locations are divided, for good: at most so many workers share them. None: as it was set
    up, or `PARTITIONS`."""
    replicas: int = 1
    """Servers that hold each message: 1, or 3 where three servers are to bear the loss of one."""
    seconds: float = 600.0
    """How long a message is kept for a worker that comes late."""
    most_bytes: int = 4 << 30
    """What the stream of messages may take on the disk of each server, and a quarter of it that of configurations; the
    oldest go first. The server sets it aside at once."""
    lease: int = 15
    """Seconds after which the partitions of a worker that is heard no more go to others; at least 1."""
    checkpoint: float = 10.0
    """Seconds after which what was folded is written down and acknowledged."""


async def connect(
    address: NatsAddress,
    name: str,
    *,
    reconnected: Callable[[], Awaitable[None]] | None = None,
    patient: bool = False,
    met: deque[BaseException] | None = None,
) -> Client:
    """A connection; where it is patient, it comes back by itself.

    Args:
        address: any of its servers will do.
        name: as the server lists this client.
        reconnected: called each time it came back.
        patient: keep trying while no server is there or lets it in.
        met: is given what went wrong, then and later.

    Raises:
        CannotConnectError: no server answers, or not as NATS.
        RefusedError: it does not let this user in.
    """
    try:
        import nats
        from nats.errors import Error
    except ImportError:
        raise ExternalError(fact("cluster.no_library"), fact("cluster.no_library_advice")) from None
    first = address.first
    refused: deque[BaseException] = deque(maxlen=8) if met is None else met

    async def told(problem: Exception) -> None:
        # nats-py goes on to the next server; the reason is kept for when none is left.
        refused.append(problem)

    try:
        return await nats.connect(
            servers=address.urls,
            name=name,
            user=first.username,
            password=first.password,
            tls=_tls(address) if first.tls else None,
            connect_timeout=int(_WAIT),
            allow_reconnect=True,
            max_reconnect_attempts=-1 if patient else 1,
            reconnect_time_wait=1 if patient else 0,
            reconnected_cb=reconnected,
            error_cb=told,
        )
    except (Error, OSError, ssl.SSLError, TimeoutError) as problem:
        raise why_not(address, [*refused, problem]) from None


def why_not(address: NatsAddress, reasons: Sequence[BaseException]) -> ExternalError:
    """Why no server let anybody in, by what the library met."""
    from nats.errors import AuthorizationError

    where, user = str(address), address.first.username
    if not any(isinstance(one, AuthorizationError) or "authorization" in str(one).lower() for one in reasons):
        return _unreached(address, reasons)
    if user is None:
        return RefusedError(fact("errors.login_wanted", address=where), fact("errors.login_wanted_advice"))
    return RefusedError(fact("errors.user_refused", address=where, user=user), fact("errors.user_refused_advice"))


def _unreached(address: NatsAddress, reasons: Sequence[BaseException]) -> CannotConnectError:
    """Why no server let anybody in, in words of ours: those of the library name numbers of errors, or nothing."""
    from nats.errors import TimeoutError as NatsTimeoutError

    where, how = str(address), fact("cluster.no_nats_address_advice")
    met = next((one for one in reasons if isinstance(one, OSError)), reasons[-1])
    match met:
        case ssl.SSLCertVerificationError():
            untrusted = fact("errors.certificate_untrusted", address=where, why=met.verify_message or str(met.reason))
            return CannotConnectError(untrusted, fact("errors.certificate_untrusted_advice"))
        case ssl.SSLError():
            return CannotConnectError(fact("errors.tls_failed", address=where), fact("cluster.tls_failed_advice"))
        case socket.gaierror() if len(address.servers) == 1:
            return CannotConnectError(fact("errors.name_unknown", host=address.first.host), how)
        case TimeoutError() | asyncio.TimeoutError() | NatsTimeoutError():
            return CannotConnectError(fact("errors.no_answer", address=where), how)
        case OSError():
            return CannotConnectError(fact("cluster.unreachable", address=where), how)
    return CannotConnectError(fact("cluster.no_nats", address=where), how)


def _tls(address: NatsAddress) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=address.first.cafile)


async def prepare(js: JetStreamContext, terms: Terms, *, make: bool = True) -> int:
    """Make what is not there yet.

    Args:
        js: the connection.
        terms: how.
        make: else only look; who judges nothing does not choose how much is kept where.

    Returns:
        Into how many partitions the locations are divided.

    Raises:
        ExternalError: JetStream is off or full, the user may not, the stream is somebody else's or divided otherwise.
    """
    from nats import errors
    from nats.js import api
    from nats.js.errors import NotFoundError

    place = f"fleet.{{{{partition({terms.partitions or PARTITIONS},1)}}}}.{{{{wildcard(1)}}}}.>"
    wanted = [
        api.StreamConfig(
            name=STREAM,
            subjects=[SUBJECT],
            subject_transform=api.SubjectTransform(src=SUBJECT, dest=place),
            num_replicas=terms.replicas,
            max_age=terms.seconds,
            max_bytes=terms.most_bytes,
            duplicate_window=min(120.0, terms.seconds),
            compression=api.StoreCompression.S2,
            storage=api.StorageType.FILE,
        ),
        api.StreamConfig(
            name=KEPT,
            sources=[
                api.StreamSource(
                    name=STREAM,
                    subject_transforms=[
                        api.SubjectTransform(src=f"fleet.*.*.{rest}", dest=f"fleet.{{{{wildcard(1)}}}}.{_same(rest)}")
                        for rest in LASTING
                    ],
                )
            ],
            num_replicas=terms.replicas,
            max_msgs_per_subject=1,
            max_bytes=terms.most_bytes // 4,
            compression=api.StoreCompression.S2,
            storage=api.StorageType.FILE,
        ),
        api.StreamConfig(
            name=CHANGES,
            subjects=[f"{CHANGE_SUBJECT}.*"],
            num_replicas=terms.replicas,
            max_age=MOST_CHANGE_AGE,
            max_msgs_per_subject=1000,
            duplicate_window=DUPLICATES,
            allow_direct=True,
            storage=api.StorageType.FILE,
        ),
    ]
    try:
        for config in wanted:
            try:
                await js.stream_info(str(config.name))
            except NotFoundError:
                if not make:
                    raise ExternalError(fact("cluster.nothing_there"), fact("cluster.nothing_there_advice")) from None
                await js.add_stream(config)
        try:
            await js.stream_info(STATE)
        except NotFoundError:
            if not make:
                raise ExternalError(fact("cluster.nothing_there"), fact("cluster.nothing_there_advice")) from None
            await js.create_key_value(
                api.KeyValueConfig(bucket=BUCKET, replicas=terms.replicas, storage=api.StorageType.FILE, direct=True)
            )
        transform = (await js.stream_info(STREAM)).config.subject_transform
    except errors.Error as problem:
        raise trouble_of(problem) from None
    found = _PARTITIONS.match(transform.dest if transform is not None else "")
    if found is None:
        raise ExternalError(fact("cluster.other_stream", name=STREAM), fact("cluster.other_stream_advice"))
    count = int(found[1])
    if terms.partitions not in (None, count):
        raise ExternalError(
            fact("cluster.other_partitions", count=count, wanted=terms.partitions),
            fact("cluster.other_partitions_advice", count=count),
        )
    return count


def trouble_of(problem: Exception) -> ExternalError:
    """What JetStream's answer means for a person, or that there was none."""
    from nats import errors
    from nats.js.errors import APIError, ServiceUnavailableError

    code = getattr(problem, "err_code", None)
    if code in FULL:
        return ExternalError(fact("cluster.no_room"), fact("cluster.no_room_advice"))
    if code == _NO_LEADER or isinstance(problem, errors.TimeoutError):
        return ExternalError(fact("cluster.no_leader"), fact("cluster.no_leader_advice"))
    if isinstance(problem, ServiceUnavailableError | errors.NoRespondersError):
        return ExternalError(fact("cluster.no_jetstream"), fact("cluster.no_jetstream_advice"))
    if isinstance(problem, APIError):
        return ExternalError(
            fact("cluster.not_set_up", why=problem.description or ""), fact("cluster.not_set_up_advice")
        )
    return CannotConnectError(fact("cluster.interrupted"), fact("cluster.no_leader_advice"))


def _same(rest: str) -> str:
    """What keeps the end of a subject as it is: wildcards are counted from the uuid on, which is the second."""
    number, parts = 2, ["{{wildcard(2)}}"]
    for part in rest.split("."):
        if part == "*":
            number += 1
        parts.append(f"{{{{wildcard({number})}}}}" if part == "*" else part)
    return ".".join(parts)


async def everything(js: JetStreamContext, stream: str, *subjects: str) -> list[Msg]:
    """The last message of each of these subjects that there is now. One that expires meanwhile is not waited for.

    Raises:
        nats.errors.Error: the server does not answer or refuses.
    """
    from nats.errors import TimeoutError as NatsTimeoutError
    from nats.js import api
    from nats.js.errors import ServiceUnavailableError

    info = await js.add_consumer(
        stream,
        api.ConsumerConfig(
            filter_subjects=list(subjects),
            deliver_policy=api.DeliverPolicy.LAST_PER_SUBJECT,
            ack_policy=api.AckPolicy.NONE,
            mem_storage=True,
            num_replicas=1,
            inactive_threshold=30.0,
        ),
    )
    due, busy = info.num_pending or 0, 0
    found: list[Msg] = []
    source = await js.pull_subscribe_bind(consumer=info.name, stream=stream)
    try:
        while len(found) < due:
            came: list[Msg] = []
            try:
                came = await source.fetch(min(500, due - len(found)), timeout=_WAIT)
            except ServiceUnavailableError:  # of several servers the one that has it may not know so yet
                busy += 1
                if busy > _BUSY:
                    raise
                await asyncio.sleep(_WAIT / _BUSY)
                continue
            except TimeoutError:
                pass  # what was waited for may be there no more
            found += came
            if len(found) < due:
                now = await js.consumer_info(stream, info.name)
                if not now.num_pending and (now.delivered is None or now.delivered.consumer_seq <= len(found)):
                    break
                if not came:
                    raise NatsTimeoutError
    finally:
        await source.unsubscribe()
        await js.delete_consumer(stream, info.name)
    return found


def topic_of(subject: str) -> str:
    """The MQTT topic of a stored message: `fleet.3.<uuid>.plug.7.state` is `servicelocation/<uuid>/plug/7/state`.

    NATS writes a dot that stood in a topic as `//`; no monitor has one.
    """
    return f"{ROOT}/{subject.split('.', 2)[2].replace('.', '/')}"
