"""A small load generator: a few kept-alive connections to this machine, for a bounded time."""

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Load:
    """What came back: number of answers, seconds, and each latency in milliseconds, sorted."""

    requests: int
    seconds: float
    latencies: tuple[float, ...]

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


class WrongAnswer(Exception):
    """A variant answered something else than 200 or 201; its numbers would mean nothing."""


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
            if status not in (200, 201):
                raise WrongAnswer(
                    f"{request.split(b' ', 2)[1].decode()} → {status}: {body[:300].decode('utf-8', 'replace')}"
                )
            latencies.append((time.perf_counter() - began) * 1000)
    finally:
        writer.close()


# What is posted next: path and JSON body. StopIteration would end the stretch, so it must never run dry.
Posts = Callable[[], tuple[str, Any]]


def run(
    port: int,
    paths: Sequence[str],
    headers: Mapping[str, str],
    *,
    seconds: float,
    connections: int = 8,
    posts: Posts | None = None,
) -> Load:
    """Ask for ``paths`` in turn over ``connections`` connections, or post each with a key of its own. WrongAnswer."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    requests = _posted(posts, lines) if posts else _got(paths, lines)
    latencies: list[float] = []

    async def together() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(_connection(port, requests, until, latencies) for _ in range(connections)))

    began = time.perf_counter()
    asyncio.run(together())
    return Load(len(latencies), time.perf_counter() - began, tuple(sorted(latencies)))


def _got(paths: Sequence[str], lines: str) -> Iterator[bytes]:
    return itertools.cycle([f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode() for path in paths])


def _posted(posts: Posts, lines: str) -> Iterator[bytes]:
    while True:
        path, body = posts()
        content = json.dumps(body, ensure_ascii=False).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}Idempotency-Key: {uuid.uuid4()}\r\n"
        yield f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content
