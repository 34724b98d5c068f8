"""``./lian test``, ``lint``, ``faults``, ``bench``, ``lock``: for developers and CI, on a throw-away PostgreSQL."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from deploy.local import environment, postgres
from deploy.local.processes import Interrupted, interruptible
from deploy.local.state import ROOT, Instance, made, say

PACKAGES = ["benefits", "deliberation", "deploy", "kit", "lianCun", "orgs", "oversight", "resources", "training"]
# Long enough for `check --deploy`; never a key of an installation.
TEST_KEY = "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Measurements run with the safety that production has.
BENCH_SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.max": "10000",
}


@contextlib.contextmanager
def with_test_database(instance: Instance, *, measured: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a run: a throw-away cluster (or the given server), own file folder, own caches.

    `measured`: a kept cluster with the safety of production instead, since generated data sets take long to make.
    """
    cache = instance.cache
    dropped = ("DJANGO_SETTINGS_MODULE", "LIANCUN_DEMO", "REDIS_URL", "SECRET_KEY_FILE", "DEBUG")
    variables = {name: value for name, value in os.environ.items() if name not in dropped}
    with tempfile.TemporaryDirectory(prefix="liancun-test-") as folder:
        variables |= {
            "PYTHONPATH": str(ROOT),
            "SECRET_KEY": TEST_KEY,
            "MEDIA_ROOT": os.path.join(folder, "files"),
            "STATIC_ROOT": os.path.join(folder, "static"),
            "ANCHOR_FILE": os.path.join(folder, "anchors.txt"),
            "CELERY_FOLDER": os.path.join(folder, "broker"),
            "RUFF_CACHE_DIR": str(cache / "ruff"),
            "MYPY_CACHE_DIR": str(cache / "mypy"),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(cache / "hypothesis"),
        }
        for name in ("files", "static", "broker"):
            os.mkdir(os.path.join(folder, name))
        given = environment.given_addresses()
        if environment.database_is_given() and "DATABASE_SUPERUSER_URL" in given:
            yield {**variables, **given}
            return
        with measured_cluster(instance) if measured else postgres.throwaway() as cluster:
            say(f"测试数据库：{cluster.programs}")
            yield {**variables, **cluster.environment()}


@contextlib.contextmanager
def measured_cluster(instance: Instance) -> Iterator[postgres.Cluster]:
    cluster = postgres.durable(made(instance.folder / "bench", mode=0o711))
    cluster.settings = BENCH_SETTINGS
    cluster.acquire()
    try:
        yield cluster
    finally:
        cluster.release()


def test(instance: Instance, arguments: list[str]) -> int:
    """Everything, or with arguments only what they select. Returns pytest's code; 1 when a static check failed."""

    def work(variables: dict[str, str]) -> int:
        failed = [] if arguments else run_lint(instance, variables)
        code = run_pytest(instance, {**variables, "LIANCUN_LINT_FAILED": "、".join(failed)}, arguments)
        return code or int(bool(failed))

    return within(instance, work)


def within(instance: Instance, work: Callable[[dict[str, str]], int], *, measured: bool = False) -> int:
    """Do `work` with a test database; ends quietly on Ctrl-C or SIGTERM, after the database has been let go."""
    try:
        with interruptible(), with_test_database(instance, measured=measured) as variables:
            return work(variables)
    except Interrupted:
        say("\n已中断。")
        return 130


def run_pytest(instance: Instance, variables: dict[str, str], arguments: list[str]) -> int:
    command = ["-m", "pytest", "-p", "tests.plugins.require_all", "-o", f"cache_dir={instance.cache / 'pytest'}"]
    if not any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments):
        # One more than processors: some tests wait for other processes most of their time.
        command += ["-n", str(min(4, (os.cpu_count() or 1) + 1)), "--dist", "worksteal"]
    # Playwright's synchronous interface runs inside an event loop.
    variables = {**variables, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    return run([sys.executable, "-P", *command, *arguments], variables)


def lint(instance: Instance, arguments: list[str]) -> int:
    return within(instance, lambda variables: int(bool(run_lint(instance, variables))))


def lint_steps(instance: Instance) -> list[tuple[str, list[str]]]:
    """Title and command of each static check; the commands are module names for this Python."""
    templates = [folder for folder in ("templates",) if any((ROOT / folder).rglob("*.html"))]
    steps = [
        ("ruff 规则", ["-m", "ruff", "check", "."]),
        ("ruff 格式", ["-m", "ruff", "format", "--check", "."]),
        ("mypy 类型", ["-m", "mypy", *PACKAGES]),
        ("import-linter 导入方向", ["-c", IMPORT_LINTER, "--cache-dir", str(instance.cache / "imports")]),
        ("bandit 安全", ["-m", "bandit", "-c", "pyproject.toml", "-q", "-r", *PACKAGES, "manage.py"]),
        ("迁移齐全", ["manage.py", "makemigrations", "--check", "--dry-run"]),
        ("部署检查", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]),
    ]
    if templates:
        steps.insert(4, ("djlint 模板", ["-m", "djlint", "--lint", "--quiet", *templates]))
    return steps


IMPORT_LINTER = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def run_lint(instance: Instance, variables: dict[str, str]) -> list[str]:
    """Run every static check, as many at a time as there are processors; print what each found.

    Returns the titles of those that failed.
    """

    def check(step: tuple[str, list[str]]) -> tuple[str, float, subprocess.CompletedProcess[str]]:
        title, command = step
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        return title, time.monotonic() - began, done

    failed = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for title, seconds, done in pool.map(check, lint_steps(instance)):
            verdict = "通过" if done.returncode == 0 else "失败"
            print(f"[{verdict}] {title}（{seconds:.1f} 秒）", flush=True)
            if done.returncode != 0:
                print(done.stdout.rstrip() + "\n", flush=True)
                failed.append(title)
    return failed


# Rounds of kills and races, cuts of the database, seconds without Redis: as usual, and as a release is proved.
FAULTS = {"LIANCUN_FAULT_ROUNDS": ("50", "200"), "LIANCUN_RESTARTS": ("3", "20"), "LIANCUN_OUTAGE": ("5", "600")}


def faults(instance: Instance, arguments: list[str]) -> int:
    """The fault tests and the races with many more rounds than ``./lian test`` gives them; ``--large``: as many again.

    A number that stands in the environment counts.
    """
    large = "--large" in arguments
    wanted = [argument for argument in arguments if argument != "--large"]
    rounds = {name: os.environ.get(name, counts[large]) for name, counts in FAULTS.items()}
    return within(
        instance, lambda variables: run_pytest(instance, variables | rounds, ["-m", "faults or races", *wanted])
    )


def bench(instance: Instance, arguments: list[str]) -> int:
    command = [sys.executable, "-P", "-m", "bench", *arguments]
    return within(instance, lambda variables: run(command, variables), measured=True)


def lock(instance: Instance, arguments: list[str]) -> int:
    """Pin every dependency again, with hashes and without the name of any index."""
    options = ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"]
    for name, constraint in (("base", ""), ("demo", "base"), ("dev", "base"), ("uv", "")):
        command = [sys.executable, "-m", "uv", "pip", "compile", "-q", *options, f"requirements/{name}.in"]
        command += ["-c", f"requirements/{constraint}.txt"] if constraint else []
        code = run([*command, "-o", f"requirements/{name}.txt", *arguments], dict(os.environ))
        if code:
            return code
    return 0


def run(command: list[str], variables: dict[str, str]) -> int:
    """Run in the checkout; a Ctrl-C reaches the child from the terminal, so only wait for it."""
    process = subprocess.Popen(command, cwd=ROOT, env=variables)
    try:
        return process.wait()
    except (Interrupted, KeyboardInterrupt):
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise
