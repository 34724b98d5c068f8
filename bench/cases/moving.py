"""P12: a township with all its demands goes under another district, and lists are served meanwhile.

``python -m bench.cases.moving PATH`` moves 三江镇 under that district, as the product would, and prints the seconds.
"""

import statistics
import subprocess
import sys
import threading
import time

from bench import database, load
from bench.cases.lists import API, staged
from bench.cases.results import Result, verdict
from bench.database import ROOT, environment
from bench.floor.copying import WRITTEN, demands_to_write

HOME, TOWNSHIP = "d511902/", "t107/"
MOST = 1.5


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    with staged(scale, say) as stage:
        name = stage.meter.database
        with database.connect(name) as link:
            other = link.execute(
                "SELECT path FROM orgs_organization WHERE kind = 'district_committee' AND path <> %s"
                " AND NOT EXISTS (SELECT 1 FROM orgs_organization t"
                "                 WHERE t.path = orgs_organization.path || %s) ORDER BY path LIMIT 1",
                [HOME, TOWNSHIP],
            ).fetchone()
            if other is None:
                say(f"P12 移动乡镇：{scale} 只有一个区，没有地方可移")
                return []
            bare, demands = _bare(link, rounds)
        moves, served = [], []
        watcher = stage.callers["district"]
        # Both workers have loaded everything before anything counts.
        load.run(stage.product.port, [f"{API}/demands/"], watcher.headers(), seconds=2)
        for _ in range(max(rounds, 3)):
            for place in (other[0], HOME):
                found: list[load.Load] = []
                reading = threading.Thread(target=_keep_asking, args=(stage.product.port, watcher.headers(), found))
                reading.start()
                time.sleep(0.5)
                moves.append(_move(name, place))
                reading.join()
                served += found
    move = statistics.median(moves)
    slowest = max(each.latencies[-1] for each in served)
    answered = sum(each.requests for each in served)
    say("P12 移动乡镇 已量完")
    return [
        Result(
            "P12",
            f"移动一个乡镇：三江镇带着 {demands:,} 件需求移到另一个区，名单照常打开",
            ("", "量得", "预算", "结论"),
            [
                [f"只 UPDATE 这 {demands:,} 行的一列（同样的索引，无触发器）", f"{bare:.2f} 秒", "地板", ""],
                [
                    "`move_organization`：路径、曾用路径、留痕、事实",
                    f"{move:.2f} 秒",
                    f"≤ {MOST} 秒",
                    verdict(move <= MOST),
                ],
                [
                    f"其间打开的需求名单 {answered:,} 次，最慢一次",
                    f"{slowest:.0f} 毫秒",
                    "都答复",
                    verdict(answered > 0),
                ],
            ],
            ["需求行存的是乡镇的编号，不是路径：移动乡镇不改写任何一件需求。"],
        )
    ]


def _bare(link, rounds: int) -> tuple[float, int]:
    """Seconds of one UPDATE of one indexed column over the township's demands in the bare table."""
    demands_to_write(link)
    link.execute("SET session_replication_role = replica")
    copied = link.execute(
        f"INSERT INTO {WRITTEN} SELECT d.* FROM resources_demand d JOIN orgs_organization u ON u.id = d.unit_id"
        " WHERE u.path LIKE %s",
        [f"{HOME}{TOWNSHIP}%"],
    ).rowcount
    link.execute("RESET session_replication_role")
    taken = []
    for _ in range(max(rounds, 3)):
        began = time.perf_counter()
        link.execute(f"UPDATE {WRITTEN} SET home_id = body_id")
        taken.append(time.perf_counter() - began)
        link.execute(f"VACUUM {WRITTEN}")
    link.execute(f"DROP TABLE {WRITTEN}")
    return statistics.median(taken), copied


def _keep_asking(port: int, headers, found: list[load.Load]) -> None:
    found.append(load.run(port, [f"{API}/demands/"], headers, seconds=4.0, connections=2))


def _move(name: str, place: str) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench.cases.moving", place],
        env=environment(name),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(done.stdout.splitlines()[-1])


def _main(place: str) -> None:
    import django

    django.setup()
    from django.utils import timezone

    from kit.actors import System
    from orgs.models import Organization
    from orgs.services import organizations

    parent = Organization.objects.get(path=place)
    township = Organization.objects.get(path__endswith=f"/{TOWNSHIP}", division__code="511902107")
    actor = System("bench", verbs=frozenset({"organization.move"}))
    began = time.perf_counter()
    organizations.move_organization(
        actor=actor, organization=township, parent=parent, reason="区划调整", now=timezone.now()
    )
    print(time.perf_counter() - began)


if __name__ == "__main__":
    _main(sys.argv[1])
