"""`make run`: everything Open Event needs, as children of one process that stops with them."""

import http.client
import json
import os
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from . import leftovers, places, postgres, processes, valkey
from .console import Follower, say, welcome
from .installation import Installation
from .parts import Part, Starter

TICK = 0.1  # seconds between two looks at the parts
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _StopAskedError(Exception):
    """Somebody pressed Ctrl-C or sent a signal."""


class _PartEndedError(Exception):
    """A part ended that should not have, or with an error."""

    def __init__(self, part: Part) -> None:
        self.part = part
        super().__init__(part.name)


class _PartSilentError(_PartEndedError):
    """A part runs but does not answer."""


class Supervisor:
    """Runs the parts of one installation, from the first to the last."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._starter = Starter(installation)
        self._noted = installation.var_dir / "run.json"
        self._parts: list[Part] = []
        self._followers: list[Follower] = []
        self._times_asked_to_stop = 0

    def run(self) -> int:
        """Run until somebody stops it, and return 0, or until a part ends, and return 1."""
        processes.adopt_orphans()
        for number in STOP_SIGNALS:
            signal.signal(number, self._note_signal)
        try:
            self._start()
            while True:
                self._watch()
        except _StopAskedError:
            say("\nStopping.")
            return 0
        except _PartSilentError as error:
            say(f"\n{error.part.name} runs, but does not answer. {error.part.end_of_log()}")
            return 1
        except _PartEndedError as error:
            say(f"\n{error.part.name} {error.part.how_it_ended}. {error.part.end_of_log()}")
            return 1
        finally:
            self._stop()

    def _start(self) -> None:
        if left := leftovers.stop(self._noted):
            say(f"Stopped what a run that was killed had left: {', '.join(left)}.")
        say("Starting Open Event ...")
        sockets = places.socket_dir(self._installation.var_dir)
        if "DATABASE_URL" not in os.environ:
            database = self._add(self._starter.database())
            self._wait(lambda: postgres.answers(sockets), database, seconds=60)
            postgres.create_database(sockets, postgres.DATABASE)
        if "REDIS_URL" not in os.environ:
            broker = self._add(self._starter.broker())
            self._wait(lambda: valkey.answers(sockets), broker, seconds=20)
        facts = self._prepare()
        # The web server last, so that it is the first to stop: nobody else is asked by people.
        self._follow(self._add(self._starter.worker()))
        web = self._add(self._starter.web())
        self._follow(web)
        self._wait(self._web_answers, web, seconds=60)
        say(welcome(self._installation, facts))

    def _prepare(self) -> dict[str, Any]:
        """Migrate and see to the first run; return what the command says on its last line."""
        part = self._add(self._starter.preparation())
        while part.child.poll() is None:
            self._watch()
        self._watch()
        self._parts.remove(part)
        return json.loads(part.log.read_text().splitlines()[-1])

    def _add(self, part: Part) -> Part:
        self._parts.append(part)
        leftovers.note(self._noted, {part.name: part.child.pid for part in self._parts})
        return part

    def _follow(self, part: Part) -> None:
        self._followers.append(Follower(part.name, part.log))

    def _wait(self, answers: Callable[[], bool], part: Part, *, seconds: float) -> None:
        """Wait until `part`, just started, `answers()`.

        :raises _PartSilentError: it keeps silent that long.
        """
        deadline = time.monotonic() + seconds
        while not answers():
            if time.monotonic() > deadline:
                raise _PartSilentError(part)
            self._watch()

    def _web_answers(self) -> bool:
        connection = http.client.HTTPConnection(*self._installation.address, timeout=5)
        try:
            connection.request("GET", "/health")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    def _watch(self) -> None:
        """Look after the parts for a moment.

        :raises _StopAskedError: to stop them.
        :raises _PartEndedError: one ended by itself.
        """
        time.sleep(TICK)
        for follower in self._followers:
            follower.show_news()
        if self._times_asked_to_stop:
            raise _StopAskedError
        for part in self._parts:
            if part.is_broken:
                raise _PartEndedError(part)

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        """Remember to stop; if asked a second time, ask nobody."""
        self._times_asked_to_stop += 1
        if self._times_asked_to_stop > 1:
            for part in self._parts:
                processes.signal_group(part.child.pid, signal.SIGKILL)

    def _stop(self) -> None:
        """Stop the parts, those started last first."""
        for part in reversed(self._parts):
            processes.stop(part.child, with_signal=part.stop_signal, patience=part.patience)
        for follower in self._followers:
            follower.show_news()
        self._noted.unlink(missing_ok=True)
