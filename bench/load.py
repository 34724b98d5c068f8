"""A small load generator: a few kept-alive connections to this machine, for a bounded time."""

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What came back: number of answers, seconds, and each latency in milliseconds, sorted."""

    requests: int
    seconds: float
    latencies: tuple[float, ...]

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


class WrongAnswer(Exception):
    """A variant answered something else than 200; its numbers would mean nothing."""


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    headers = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
    if b"content-length" in headers:
        return status, await reader.readexactly(int(headers[b"content-length"]))
    body = b""
    while size := int((await reader.readline()).strip() or b"0", 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return status, body


async def _connection(port: int, requests, until: float, latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    try:
        while time.perf_counter() < until:
            request = next(requests)
            began = time.perf_counter()
            writer.write(request)
            status, body = await asyncio.wait_for(_read(reader), 60)
            if status != 200:
                raise WrongAnswer(
                    f"{request.split(b' ', 2)[1].decode()} → {status}: {body[:300].decode('utf-8', 'replace')}"
                )
            latencies.append((time.perf_counter() - began) * 1000)
    finally:
        writer.close()


def run(port: int, paths: Sequence[str], headers: Mapping[str, str], *, seconds: float, connections: int = 8) -> Load:
    """Ask for ``paths`` in turn over ``connections`` connections. Raises WrongAnswer."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    requests = itertools.cycle([f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode() for path in paths])
    latencies: list[float] = []

    async def together() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(_connection(port, requests, until, latencies) for _ in range(connections)))

    began = time.perf_counter()
    asyncio.run(together())
    return Load(len(latencies), time.perf_counter() - began, tuple(sorted(latencies)))
