"""What all benchmarks share: programs in pseudo-terminals, interleaved runs, one table.

Absolute times drift on a shared machine, so nothing here reports one. Two things are measured
side by side, turn by turn, and what is reported is the median of the ratios of their turns.
"""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
PEERS = BENCH / "peers"
ENVS = BENCH / ".envs"
"""Virtual environments of the peers, and data that takes long to make. Not in the repository."""

COLUMNS, ROWS = 100, 30
LAST_ROW = b"\x1b[%d;1H" % ROWS
"""Textual writes a whole frame row by row, from the top: with this one it is all there."""
_END_OF_FRAME = b"\x1b[?2026l"

_QUESTION = re.compile(rb"\x1b\[\?(?P<mode>\d+)\$p|\x1b(?P<what>\[6n|\[0?c|\[\?u|\]11;\?)")
_ANSWERS = {
    b"[6n": b"\x1b[1;1R",
    b"[c": b"\x1b[?62;22c",
    b"[0c": b"\x1b[?62;22c",
    b"[?u": b"\x1b[?0u",
    b"]11;?": b"\x1b]11;rgb:1414/1919/1f1f\x1b\\",
}
_LONGEST_QUESTION = 12


def _answer(question: re.Match[bytes]) -> bytes:
    mode = question["mode"]
    if mode is None:
        return _ANSWERS[question["what"]]
    # Synchronized output is there, so frames come whole, with an end mark; nothing else is.
    return b"\x1b[?%s;%d$y" % (mode, 2 if mode == b"2026" else 0)


# --- a program in a terminal


class Silence(Exception):
    """The program did not show what was waited for."""


class Terminal:
    """A program started in a pseudo-terminal of 100x30 that answers what terminals are asked."""

    def __init__(self, argv: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        words = [str(word) for word in argv]
        path = shutil.which(words[0]) or words[0]
        environment = environment_with(env or {})
        self.started = time.perf_counter_ns()
        self.pid, self._descriptor = pty.fork()
        if not self.pid:
            os.execve(path, words, environment)  # noqa: S606  # a program of this benchmark
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, size)
        self.output = bytearray()
        self.at = self.started
        """When something was typed last."""
        self._answered = 0

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Killed, as quitting is not what is measured."""
        with suppress(*_GONE):
            os.kill(self.pid, signal.SIGKILL)
        os.close(self._descriptor)
        with suppress(*_GONE):
            os.waitpid(self.pid, 0)

    def write(self, letters: bytes) -> int:
        """Type all of it at once; where in the output the answer to it begins."""
        here = len(self.output)
        self.at = time.perf_counter_ns()
        os.write(self._descriptor, letters)
        return here

    def wait(self, *marks: bytes, after: int = 0, seconds: float = 60, frame: bool = False) -> int:
        """When the last of ``marks``, one behind the other, was on the screen (perf_counter_ns).

        ``frame``: and the frame that it stands in was complete.
        """
        until = time.monotonic() + seconds
        at, wanted = after, [*marks, _END_OF_FRAME] if frame else list(marks)
        while True:
            while wanted and (found := self.output.find(wanted[0], at)) >= 0:
                at = found + len(wanted.pop(0))
            if not wanted:
                return time.perf_counter_ns()
            at = max(at, len(self.output) - len(wanted[0]) + 1)
            if not self._read(until - time.monotonic()):
                raise Silence(f"no {wanted[0]!r} in {bytes(self.output[-3000:])!r}")

    def rest(self, seconds: float, most: float = 10) -> None:
        """Take in what is shown until nothing comes for so long, at most so long altogether."""
        until = time.monotonic() + most
        while time.monotonic() < until and self._read(seconds):
            pass

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], max(0, seconds))
        if not ready:
            return False
        try:
            more = os.read(self._descriptor, _LARGEST_READ)
        except OSError:  # the program is gone
            return False
        if not more:
            return False
        self.output += more
        start = max(self._answered, len(self.output) - len(more) - _LONGEST_QUESTION)
        for question in _QUESTION.finditer(self.output, start):
            os.write(self._descriptor, _answer(question))
            self._answered = question.end()
        return True

    # --- what it costs

    def processor(self) -> int:
        """Nanoseconds on a processor so far, all threads, user and system."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)

    def memory(self) -> int:
        """Resident KiB now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])


_LARGEST_READ = 1 << 16
_GONE = (ProcessLookupError, ChildProcessError)
"""What may be gone already."""


def environment_with(more: Mapping[str, str]) -> dict[str, str]:
    """The same for every program: a usual terminal, nothing of this Python."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    paths = os.pathsep.join((str(ROOT), str(PEERS)))
    usual = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    return kept | usual | {"PYTHONPATH": paths} | dict(more)


def python(code: str, *arguments: str | Path) -> list[str]:
    """A program of ours or of a peer, started as an installed command is: by an import."""
    return [sys.executable, "-c", code, *map(str, arguments)]


# --- instructions, where the processor counts them


def counts_instructions() -> bool:
    if not shutil.which("perf"):
        return False
    run = subprocess.run(
        [*_PERF, "instructions:u", "true"], capture_output=True, text=True, check=False
    )
    return _counted(run.stderr) is not None


def instructions(argv: Sequence[str], marks: Sequence[bytes]) -> int:
    """User-mode instructions of a program until it showed ``marks``; it is killed there."""
    with tempfile.NamedTemporaryFile() as report:
        counting = [*_PERF, "instructions:u", "-o", report.name, "--"]
        with Terminal([*counting, *argv]) as terminal:
            terminal.wait(*marks)
            children = Path(f"/proc/{terminal.pid}/task/{terminal.pid}/children").read_text()
            for child in children.split():
                os.kill(int(child), signal.SIGKILL)
            os.waitpid(terminal.pid, 0)
        return _counted(Path(report.name).read_text()) or 0


_PERF = ("perf", "stat", "-x", ",", "-e")


def _counted(report: str) -> int | None:
    for line in report.splitlines():
        count, _comma, rest = line.partition(",")
        if "instructions" in rest and count.isdigit():
            return int(count)
    return None


# --- turns and ratios


def in_turn(rounds: int, *measures: Callable[[], float]) -> list[list[float]]:
    """A B B A A B ...: so many figures of each. One turn before them warms up."""
    figures: list[list[float]] = [[] for _ in measures]
    for turn in range(rounds + 1):
        order = range(len(measures)) if turn % 2 else range(len(measures) - 1, -1, -1)
        for place in order:
            figure = measures[place]()
            if turn:
                figures[place].append(figure)
    return figures


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios, turn by turn."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    reached: float
    target: float | None = None
    """At most; None: shown beside the others, nothing was promised."""

    @property
    def met(self) -> str:
        if self.target is None:
            return ""
        return "yes" if self.reached <= self.target else "**no**"

    def row(self) -> str:
        target = "" if self.target is None else f"≤ {_number(self.target)}"
        return f"| {self.what} | {target} | {_number(self.reached)} | {self.met} |"


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"1/{1 / value:.0f}" if 0 < value < 0.1 else f"{value:.2f}"


def table(figures: Sequence[Figure]) -> str:
    head = "| measured, as a ratio | target | reached | met |\n|---|---|---|---|"
    return "\n".join([head, *(figure.row() for figure in figures)])


def show(figures: Sequence[Figure]) -> None:
    print(table(figures))


def note(text: str) -> None:
    """Progress, for whoever waits; the table alone goes to the output."""
    print(text, file=sys.stderr, flush=True)


# --- peers that live apart


def peer_python(name: str) -> Path:
    """The interpreter of ``peers/requirements-<name>.txt``, set up when it is not there yet."""
    folder, wanted = ENVS / name, PEERS / f"requirements-{name}.txt"
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_bytes() != wanted.read_bytes():
        note(f"setting up {name} ...")
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "-r", str(wanted)], check=True)
        stamp.write_bytes(wanted.read_bytes())
    return folder / "bin" / "python"


class Worker:
    """A peer in its own interpreter: a line tells it what to do, a line is the time it took."""

    def __init__(self, argv: Sequence[str | Path]) -> None:
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment_with({})
        )

    def ask(self, line: str) -> float:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def scratch() -> "tempfile.TemporaryDirectory[str]":
    """A folder on a real disk: beside the project, as /tmp may be in memory."""
    ENVS.mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(dir=ENVS, prefix="run-")
