"""Follows a trainee through the tasks of a lesson.

What is right is shown by another till: before a task begins, the steps of the file are carried out
on a stage of its own (the shadow), and all that it was on the way is what the trainee's till may
be. A task is done when the trainee's till is where the shadow has ended, every refusal that the
task wanted was heard, and what leaves no trace on a receipt was done.
"""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from cashier import commands as do
from cashier.commands import Command
from cashier.errors import CashierError
from cashier.events import Carried
from cashier.i18n import _
from cashier.lessons.attempt import Attempt, Done, Mode, TaskResult, Wrong
from cashier.lessons.essence import Astray, Course, Essence, Way, astray, much_like
from cashier.lessons.lesson import TRAINERS_SIDE, Lesson, Task, is_trainees
from cashier.lessons.wanted import Wanted, is_heard
from cashier.scenario.acting import FROM_PHONE, Give, carried_out, heard, reason_of, refused_aside
from cashier.scenario.model import Step, flow
from cashier.scenario.stage import Stage, Staging
from cashier.scenario.standing import Standing
from cashier.scenario.vocabulary import OF_COMMAND

MOST_WRONG = 5
"""So many wrong turns in one task of an exam, and the program goes on."""
FROM_CARD = "from-card"


@dataclass
class _Marks:
    """What has been seen of a task so far."""

    began: float
    wrong: list[Wrong] = field(default_factory=list)
    keys: int = 0
    hints: int = 0
    off: frozenset[str] = frozenset()
    """What leads off the way just now."""
    final: bool = False
    """It can only be taken back by the program."""
    spared: bool = False
    """An instructor has meddled: nobody is blamed for anything in this task."""


@dataclass(frozen=True)
class _Start:
    """What there was of a task before the trainee did anything."""

    trail: tuple[Command | Step, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    between: tuple[tuple[Essence, Step], ...] = ()


@dataclass(frozen=True)
class _Move:
    """A command of the file, and what the till was before it."""

    before: Essence
    step: Step
    command: Command


class Grading:
    """One attempt. The trainee's stage is given by whoever shows it; a fresh one after ``undo`` and
    ``skip`` (``wants_stage``)."""

    def __init__(
        self,
        lesson: Lesson,
        staging: Staging,
        attempt: Attempt,
        *,
        kept: Callable[[Attempt], object] = lambda _attempt: None,
        timer: Callable[[], float] = monotonic,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        """``kept`` is handed the attempt whenever something of it is new. ``timer``: seconds."""
        self.lesson = lesson
        self.said = ""
        """What the last wrong turn was, for the trainee."""
        self.place = 0
        """The task at hand, from 0."""
        self.wants_stage = False
        """The trainee's stage is to be made anew, and ``open`` called with it."""
        self._staging, self._attempt = staging, attempt
        self._kept, self._timer, self._now = kept, timer, now
        self._checks = Standing()
        self._shadow: Course | None = None
        self._trainee: Course
        self._way = Way()
        self._wanted: list[Wanted] = []
        self._moves: list[_Move] = []
        """The way of the file, command by command."""
        self._between: deque[tuple[Essence, Step]] = deque()
        """What the trainer's side does in the middle of the task, and when."""
        self._trail: list[Command | Step] = []
        """What was right in this task so far, to be done again on a fresh stage."""
        self._start = _Start()
        self._marks: _Marks
        self._own = False
        """The program works at the trainee's till itself."""
        self._skipping = False
        self._heard: deque[tuple[Carried, Essence, str]] = deque()
        self._dropped: list[Command] = []
        """What an instructor did to the till, and stands."""
        self._news: deque[Command | None] = deque()
        self._results: list[TaskResult] = []

    # --- what is shown

    @property
    def mode(self) -> Mode:
        return self._attempt.mode

    @property
    def task(self) -> Task | None:
        """None: all is done."""
        tasks = self.lesson.tasks
        return tasks[self.place] if self.place < len(tasks) else None

    @property
    def stuck(self) -> bool:
        """Nothing that the trainee can do at the till takes the mistake back."""
        return self.task is not None and self._marks.final

    @property
    def attempt(self) -> Attempt:
        """As it stands."""
        tasks = list(self._results)
        if self.task is not None:
            tasks.append(self._result(self.task, Done.OPEN))
            tasks += [TaskResult(it.number, it.text) for it in self.lesson.tasks[self.place + 1 :]]
        return replace(self._attempt, tasks=tuple(tasks))

    def hint(self) -> str | Command:
        """One more of the file's; then what is to be done next. Empty: not in an exam."""
        task = self.task
        if task is None or self.mode is Mode.EXAM:
            return ""
        self._marks.hints += 1
        self._keep()
        if self._marks.hints <= len(task.hints):
            return task.hints[self._marks.hints - 1]
        text = _("The task can be begun anew from here, or skipped.")
        return self._next_command() or text

    def _next_command(self) -> Command | None:
        """What the file does where the till is; off its way, the first that nobody did yet."""
        essence, stage = self._trainee.essence, self._trainee.stage
        allowed = stage.till.allowed()
        wanted = [one.step for one in self._wanted]
        ahead = [one for one in self._moves if not is_heard(one.step) or one.step in wanted]
        here = [one for one in ahead if one.before == essence]
        undone = [one for one in ahead if one.command not in self._trail]
        moves = [one for one in (*here, *undone) if type(one.command) in allowed]
        if not moves:
            return do.Dismiss() if essence.question and do.Dismiss in allowed else None
        move = moves[0]
        deed = move.step.deed
        return heard(deed, stage) if isinstance(deed, do.EnterCode | do.Allow) else move.command

    # --- the stages

    async def open(self, stage: Stage) -> None:
        """The trainee's till, fresh and started: brought to where he is. Raises CashierError."""
        skipped, undone = self._skipping, self.wants_stage and not self._skipping
        self.wants_stage = self._skipping = False
        self._own = True
        self._trainee = Course(stage)
        self._heard.clear()
        try:
            if self._shadow is None:
                await self._begin_shadow()
            if skipped:
                self._end_task(Done.RIGHT if self._marks.spared else Done.SKIPPED)
            for step in self.lesson.before:
                await self._step(stage, step)
            for task in self.lesson.tasks[: self.place]:
                for step in task.steps:
                    await self._step(stage, step)
            for command in self._dropped:
                with suppress(CashierError):
                    await stage.till.do(command)
            if undone:
                self._trainee.begin()
                await self._again(stage)
            else:
                await self._begin_task()
        finally:
            self._own = False
            stage.forget_step()
            self._trainee.told, self._trainee.meddled = self._hear, self._news.append

    async def close(self) -> None:
        if self._shadow is not None:
            await self._shadow.stage.close()

    async def _begin_shadow(self) -> None:
        stage = await replace(self._staging, clock=None).make(self.lesson.scenario)
        self._shadow = Course(stage)
        for step in self.lesson.before:
            await self._step(stage, step)

    async def _begin_task(self) -> None:
        """The way of the task; what the trainer's side does before anything else is done."""
        task, shadow = self.task, self._shadow
        if task is None or shadow is None:
            return
        spared = self.place > 0 and self._marks.spared
        shadow.begin()
        self._trainee.begin()
        self._marks = _Marks(self._timer())
        self._marks.spared = spared and self._trainee.essence != shadow.essence
        self._trail, self._wanted, self._moves, self._between = [], [], [], deque()
        self._way = Way([shadow.essence])
        began = False
        for step in task.steps:
            if is_trainees(step):
                began = True
                if is_heard(step):
                    self._wanted.append(Wanted.of(step, shadow.stage))
            elif step.deed is not None and not began:
                await self._for_trainee(step)
            elif step.deed is not None:
                self._between.append((shadow.essence, step))
            give = self._along(shadow, step) if is_trainees(step) else None
            await self._step(shadow.stage, step, give)
        self._way.essences.append(shadow.essence)
        self._start = _Start(tuple(self._trail), tuple(self._wanted), tuple(self._between))
        self._keep()

    def _along(self, shadow: Course, step: Step) -> Give:
        """The way of the task grows with every command of a step."""

        async def give(command: Command) -> None:
            self._moves.append(_Move(shadow.essence, step, command))
            await shadow.stage.till.do(command)
            self._way.essences.append(shadow.essence)

        return give

    async def _again(self, stage: Stage) -> None:
        """What was right in this task, on a fresh stage."""
        for one in self._trail:
            if isinstance(one, Step):
                await self._step(stage, one)
                continue
            try:
                await stage.till.do(heard(one, stage))
            except CashierError as error:
                self.said = str(error)
        self._marks.off, self._marks.final = frozenset(), False

    async def _step(self, stage: Stage, step: Step, give: Give | None = None) -> None:
        """A step of the file; what comes of it is not judged here."""
        stage.forget_step()
        if step.deed is not None:
            await carried_out(step.deed, stage, self._checks, give)
        if step.name and (receipt := stage.receipt()) is not None:
            stage.receipts[step.name] = receipt

    async def _for_trainee(self, step: Step) -> None:
        """The trainer's side does something."""
        own, self._own = self._own, True
        try:
            await self._step(self._trainee.stage, step)
        finally:
            self._own = own
        self._trail.append(step)

    # --- what the trainee does

    def _hear(self, carried: Carried, essence: Essence) -> None:
        """At once, in the middle of the till's work: only noted."""
        if self._own:
            return
        stage = self._trainee.stage
        reason = reason_of(carried.error) if carried.error is not None else ""
        if not reason and (aside := refused_aside(stage)) is not None:
            reason = aside.reason
        stage.forget_step()
        self._heard.append((carried, essence, reason))

    async def work(self) -> bool:
        """Judge what was heard since the last time; whether there was anything."""
        worked = False
        while self._news and self.task is not None:
            await self._share(self._news.popleft())
            worked = True
        while self._heard and self.task is not None and not self.wants_stage:
            carried, essence, reason = self._heard.popleft()
            await self._judge(carried, essence, reason)
            worked = True
        return worked

    async def _share(self, command: Command | None) -> None:
        """What an instructor did befalls the shadow, too, and this task is not judged."""
        self._marks.spared = True
        self._marks.off, self._marks.final, self.said = frozenset(), False, ""
        self._wanted.clear()
        if command is not None and self._shadow is not None:
            self._dropped.append(command)
            with suppress(CashierError):
                await self._shadow.stage.till.do(command)

    async def _judge(self, carried: Carried, essence: Essence, reason: str) -> None:
        if self._marks.spared or isinstance(carried.command, TRAINERS_SIDE):
            await self._go_on(essence)
            return
        wanted = self._fulfilled(carried.command, reason)
        if wanted is not None:
            self._wanted.remove(wanted)
        if reason and carried.error is not None:
            self.said = ""
            if wanted is None:
                self._marks.keys += 1
                self._keep()
                return  # nothing has happened, so no task is done by it
        else:
            self._look(carried.command, essence)
            if reason and wanted is None:
                self._marks.keys += 1
            if not self._marks.off and not reason:
                self._trail.append(_repeatable(carried.command))
        await self._go_on(essence)

    def _look(self, command: Command, essence: Essence) -> None:
        """Whether it leads off the way."""
        name_of = self._name_of
        found = [] if self._is_end(essence) else astray(essence, self._way, name_of)
        news = [one for one in found if one.what not in self._marks.off]
        self._marks.off = frozenset(one.what for one in found)
        self._marks.final = any(one.final for one in found)
        self.said = " ".join(one.why for one in news)
        if news:
            self._marks.wrong.append(_wrong(command, news))
        self._keep()

    def _name_of(self, sku: str) -> str:
        stage = self._trainee.stage
        if sku.startswith("#"):
            return _("line {number}").format(number=sku[1:])
        good = stage.desk.catalog.by_sku(sku)
        return good.name if good is not None else sku

    def _fulfilled(self, command: Command, reason: str) -> "Wanted | None":
        """What this was of all that is wanted, if anything."""
        return next((one for one in self._wanted if one.is_it(command, reason)), None)

    def _is_end(self, essence: Essence) -> bool:
        if self._marks.spared and much_like(essence, self._way.end):
            return True
        return essence == self._way.end

    async def _go_on(self, essence: Essence) -> None:
        """The trainer's side, the end of the task, or help out of a dead end."""
        while self._between and self._between[0][0] == essence and not self._is_waiting():
            await self._for_trainee(self._between.popleft()[1])
        if self._is_end(essence) and not self._wanted:
            while self._between:
                await self._for_trainee(self._between.popleft()[1])
            self._end_task(Done.RIGHT)
            await self._begin_task()
        elif self.mode is Mode.EXAM and (self.stuck or len(self._marks.wrong) >= MOST_WRONG):
            self.skip()

    def _is_waiting(self) -> bool:
        """The first wanted refusal stands before what the trainer's side does next."""
        if not self._wanted or not self._between:
            return False
        steps = list(self.task.steps) if self.task else []
        return steps.index(self._wanted[0].step) < steps.index(self._between[0][1])

    def _end_task(self, done: Done) -> None:
        assert self.task is not None  # it is one that ends
        self._results.append(self._result(self.task, done))
        self.place += 1
        if self.task is None:
            self._attempt = replace(self._attempt, finished=self._now())
        self._keep()

    # --- help

    @property
    def can_undo(self) -> bool:
        """There is a wrong turn to be taken back; not in an exam."""
        return self.task is not None and self.mode is not Mode.EXAM and bool(self._marks.off)

    def undo(self) -> bool:
        """Take the wrong turn back: on a fresh stage, with what was right."""
        if not self.can_undo:
            return False
        if self._marks.wrong:
            self._marks.wrong[-1] = replace(self._marks.wrong[-1], undone=True)
        self.said = ""
        self.wants_stage = True
        return True

    @property
    def can_begin_anew(self) -> bool:
        """Something of the task is done, nothing of it wrong; not in an exam."""
        if self.task is None or self.mode is Mode.EXAM or self._marks.off:
            return False
        return len(self._trail) > len(self._start.trail)

    def begin_anew(self) -> bool:
        """The till as it was when the task began; what was done wrong stays counted."""
        if not self.can_begin_anew:
            return False
        self._trail, self._wanted = list(self._start.trail), list(self._start.wanted)
        self._between = deque(self._start.between)
        self.said = ""
        self.wants_stage = True
        return True

    def skip(self) -> None:
        """The program does this task itself, on a fresh stage."""
        if self.task is not None:
            self._skipping = True
            self.wants_stage = True

    # --- what is kept

    def _result(self, task: Task, done: Done) -> TaskResult:
        marks = self._marks
        return TaskResult(
            number=task.number,
            text=task.text,
            done=done,
            wrong=tuple(marks.wrong),
            wrong_keys=marks.keys,
            hints=marks.hints,
            seconds=int(self._timer() - marks.began),
        )

    def _keep(self) -> None:
        self._kept(self.attempt)


def _wrong(command: Command, found: list[Astray]) -> Wrong:
    return Wrong(
        words=as_step(command),
        why=" ".join(one.why for one in found),
        money=any(one.money for one in found),
    )


def as_step(command: Command) -> str:
    """As a scenario would have it."""
    verb = OF_COMMAND[type(command)]
    return flow({verb.name: verb.write(command)})


def _repeatable(command: Command) -> Command:
    """To be done again where codes are others, and without the PIN that nobody keeps."""
    if isinstance(command, do.EnterCode):
        return do.EnterCode(FROM_PHONE)
    if isinstance(command, do.Allow):
        return replace(command, pin=FROM_CARD)
    return command
