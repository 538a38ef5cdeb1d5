"""A broker that refuses a certificate just while the connection is being made: no file is mistaken."""

import asyncio
import ssl
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest

from coldbind.enrolment.authority import Authority
from gateway.line import Line

NOW = datetime.now(UTC)
CONNECTIONS = 24
HELD_UP_S = 0.2


@asynccontextmanager
async def refusing_broker(folder: Path, authority: Authority) -> AsyncGenerator[int]:
    """A server that asks for a certificate, and so refuses us only after our side of the handshake."""
    made = authority.server(["localhost"], 1, NOW)
    (folder / "ca.crt").write_bytes(authority.text)
    (folder / "server.crt").write_bytes(made.certificate)
    (folder / "server.key").write_bytes(made.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    context.load_verify_locations(folder / "ca.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    server = await asyncio.start_server(lambda _, writer: writer.close(), "localhost", 0, ssl=context)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


def hold_up_writing(loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each connecting thread wait, as on a busy machine, when it asks the loop to write.

    It asks three things of the loop: to watch the socket, to look after the connection, to write.
    """
    asked = threading.local()
    call_soon = loop.call_soon_threadsafe
    this_thread = threading.get_ident()

    def late(callback: Callable[..., object], *arguments: object, **more: object) -> asyncio.Handle:
        if threading.get_ident() != this_thread:
            asked.times = getattr(asked, "times", 0) + 1
            if asked.times % 3 == 0:
                threading.Event().wait(HELD_UP_S)
        return call_soon(callback, *arguments, **more)  # pyright: ignore[reportCallIssue, reportArgumentType] # passed on as it came

    monkeypatch.setattr(loop, "call_soon_threadsafe", late)


async def fail_to_connect(port: int, context: ssl.SSLContext) -> None:
    with suppress(aiomqtt.MqttError):
        await Line("localhost", port, tls_context=context, timeout=2 * HELD_UP_S).__aenter__()
        pytest.fail("a broker that wants a certificate let us in without one")


def test_a_socket_closed_while_connecting_is_not_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mishaps: list[dict[str, object]] = []

    async def play() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, mishap: mishaps.append(mishap))
        async with refusing_broker(tmp_path, Authority.made("ours", NOW)) as port:
            context = ssl.create_default_context(cafile=str(tmp_path / "ca.crt"))
            hold_up_writing(loop, monkeypatch)
            await asyncio.gather(*(fail_to_connect(port, context) for _ in range(CONNECTIONS)))

    asyncio.run(play())
    assert not mishaps
