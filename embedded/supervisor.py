"""`make run`: everything that one copy of the system needs, started, watched and stopped by one process.

Every child is tied to this process by the kernel, and PostgreSQL to its keeper, so that nothing outlives a kill -9.
Servers that DATABASE_URL, BROKER_URL or SMTP_URL name are used; the others come out of wheels.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from config import ConfigurationFault, Settings, load_settings, process_start
from embedded import valkey
from embedded.bootstrap import make_logins, migrate
from embedded.faults import EmbeddedServerFault
from embedded.first_start import SIGN_INS, is_due
from embedded.lease import PostgresLease
from embedded.locks import FileLock
from embedded.make import MakeParent
from embedded.places import Places
from embedded.processes import tie_to, tied_to_parent, wait_until
from embedded.service import ROOT, Service

_WAIT_FOR_PORT_S = 6.0
_WAIT_FOR_WEB_S = 90.0
_WAIT_FOR_ANOTHERS_END_S = 20.0


class Stopped(Exception):
    """Somebody asked for the end, by Ctrl-C or a signal."""


class Supervisor:
    """One running copy."""

    def __init__(self, settings: Settings, make: MakeParent | None = None) -> None:
        self.settings = settings
        self._make = make
        self.places = Places(settings.data_dir)
        self.services: list[Service] = []
        self.environment = {"TRACKER_DATA_DIR": str(settings.data_dir), "PORT": str(settings.port)}
        self._lease: PostgresLease | None = None
        self._sockets = ExitStack()
        self._mail_page: str | None = None

    def start(self) -> None:
        """Start everything, in the order in which one thing needs another. Raises EmbeddedServerFault."""
        (self.places.run / "stopping").unlink(missing_ok=True)
        _refuse_taken_port(self.settings.port)
        self._start_postgres()
        self._start_broker()
        self._start_mail()
        self._record_addresses()
        sign_ins = self._first_start() if is_due(self.settings.data_dir) else ""
        self._start_application()
        self._announce(sign_ins)

    def watch(self) -> None:
        """Keep everything running until somebody asks for the end."""
        while self._make is None or not self._make.was_interrupted():
            time.sleep(0.25)
            self._look_after_services()
            if self._lease is not None and not self._lease.has_keeper():
                say("PostgreSQL lost its keeper; starting it again.")
                try:
                    self._lease.ensure()
                except EmbeddedServerFault as fault:
                    say(str(fault))
                    time.sleep(5)

    def stop(self) -> None:
        """Stop everything: those who make work first, the servers they use last."""
        (self.places.run / "stopping").touch()
        application = [service for service in self.services if service.name in ("web", "worker", "beat")]
        for group in (application, [service for service in self.services if service not in application]):
            for service in group:
                service.ask_to_stop()
            for service in group:
                service.stop()
        if self._lease is not None:
            lease, self._lease = self._lease, None
            lease.release()
            # Others may use it still: then it is theirs, and goes on.
            wait_until(lambda: not lease.has_keeper(), 3.0)
        self._sockets.close()
        (self.places.run / "servers.json").unlink(missing_ok=True)

    def _start_postgres(self) -> None:
        url = self.settings.database_url
        if url is None:
            self._lease = PostgresLease(self.settings.data_dir)
            url = self._lease.take()
            say("PostgreSQL is ready.")
            if (link := self.settings.data_dir / "postgres").is_symlink():
                say(f"  Its data is in {link.resolve()}, because it runs as 'nobody', who can't enter {link.parent}.")
        migrate(self.places, url)
        self.environment["DATABASE_URL"] = url
        if self._lease is not None:
            self.environment |= make_logins(self._lease.cluster)

    def _start_broker(self) -> None:
        url = self.settings.broker_url
        if url is None:
            self._add("valkey", valkey.command(self.places))
            path = valkey.socket_path(self.places)
            if not wait_until(lambda: _answers(path), 20):
                raise EmbeddedServerFault(f"Valkey did not start; see {self.places.logs / 'valkey.log'}")
            url = valkey.broker_url(self.places)
            say("Valkey is ready.")
        self.environment["BROKER_URL"] = url

    def _start_mail(self) -> None:
        url = self.settings.smtp_url
        if url is None:
            smtp, page = self._listen(), self._listen()
            sockets = (smtp.fileno(), page.fileno())
            command = [sys.executable, "-m", "embedded.mail_catcher", str(self.places.mail), *map(str, sockets)]
            self._add("mail", command, sockets=sockets)
            url = f"smtp://127.0.0.1:{smtp.getsockname()[1]}"
            self._mail_page = f"http://localhost:{page.getsockname()[1]}"
        self.environment["SMTP_URL"] = url

    def _first_start(self) -> str:
        say("First start" + (": loading the sample …" if self.settings.sample else "."))
        done = self._python("embedded.first_start")
        if done.returncode != 0:
            raise EmbeddedServerFault(done.stderr.strip()[-3000:])
        return done.stdout

    def _python(self, module: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=tied_to_parent(signal.SIGKILL),
        )

    def _start_application(self) -> None:
        self._add("web", [sys.executable, "-m", "gunicorn", "wsgi:app"])
        self._wait_for_web()
        # After the web, not beside it: on two cores the page that somebody waits for would come later.
        celery = [sys.executable, "-m", "celery", "-A", "worker.app"]
        alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]  # each is a key in the broker
        self._add("worker", [*celery, "worker", "--concurrency", "2", *alone, "--loglevel", "INFO"], patience=15.0)
        self._add("beat", [*celery, "beat", "--pidfile=", "--loglevel", "INFO"])

    def _wait_for_web(self) -> None:
        end = time.monotonic() + _WAIT_FOR_WEB_S
        asked = False
        while not _is_well(self.settings.port):
            # Asked when it ended, not before each start: on a good folder that would only cost time.
            if self._look_after_services() and not asked:
                asked = True
                self._refuse_what_never_starts()
            if time.monotonic() > end:
                raise EmbeddedServerFault(f"The web server did not start; see {self.places.logs / 'web.log'}")
            time.sleep(0.1)

    def _refuse_what_never_starts(self) -> None:
        """Raise EmbeddedServerFault with the cause when starting the application again would end in the same way."""
        done = self._python("embedded.start_check")
        if done.returncode != 0:
            raise EmbeddedServerFault((done.stdout.strip() or done.stderr.strip())[-3000:])

    def _look_after_services(self) -> bool:
        """Start again what ended; whether anything did."""
        news = [said for service in self.services if (said := service.look_after())]
        for line in news:
            say(line)
        return bool(news)

    def _add(self, name: str, command: list[str], sockets: tuple[int, ...] = (), patience: float = 5.0) -> None:
        log = self.places.logs / f"{name}.log"
        service = Service(name, command, log, environment=self.environment, sockets=sockets, patience=patience)
        self.services.append(service)
        service.start()

    def _listen(self) -> socket.socket:
        """A socket on a free port that stays ours, so that a restarted child keeps its address."""
        return self._sockets.enter_context(socket.create_server(("127.0.0.1", 0)))

    def _record_addresses(self) -> None:
        """Let `flask` and `celery`, typed by hand beside this process, find the servers (config.load_settings)."""
        record = {
            "pid": os.getpid(),
            "started": process_start(os.getpid()),
            "urls": {name: url for name, url in self.environment.items() if name.endswith("_URL")},
            "mail_page": self._mail_page,
            "base_url": self.settings.base_url,
        }
        draft = self.places.run / "servers.json.part"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(record), encoding="utf-8")
        draft.rename(self.places.run / "servers.json")

    def _announce(self, sign_ins: str) -> None:
        say("")
        say(f"  Open         {self.settings.base_url}")
        if self._mail_page:
            say(f"  Caught mail  {self._mail_page}")
        say(f"  Logs         {self.places.logs}")
        kept = self.settings.data_dir / SIGN_INS
        if sign_ins:
            say(f"\n  Sign-ins of the sample people (shown once, kept in {kept}):\n")
            say("".join(f"    {line}\n" for line in sign_ins.splitlines()))
        elif kept.exists():
            say(f"  Sign-ins     {kept}")
        say("Ctrl-C stops everything.")


def say(line: str) -> None:
    """Tell the person at the terminal."""
    print(line, flush=True)


def _refuse_taken_port(port: int) -> None:
    """Waits a moment first: a copy that was killed an instant ago may still be letting go of it."""

    def is_free() -> bool:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            return False
        return True

    if not wait_until(is_free, _WAIT_FOR_PORT_S):
        raise EmbeddedServerFault(f"Port {port} is in use by another program. Choose another: PORT=8001 make run")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _is_well(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _raise_stopped(_number: int, _frame: FrameType | None) -> None:
    # Once is enough: a second Ctrl-C must not break the orderly end.
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sent, signal.SIG_IGN)
    raise Stopped


def _is_ending(settings: Settings) -> bool:
    """Whether the copy that holds the lock was asked to stop: it says so before it begins."""
    return (Places(settings.data_dir).run / "stopping").exists()


def run(settings: Settings, make: MakeParent | None = None) -> int:
    """Run one copy until it is asked to stop; the exit code."""
    lock = FileLock(Places(settings.data_dir).run / "supervisor.lock")
    if not (lock.try_take(seconds=1.0) or (_is_ending(settings) and lock.try_take(_WAIT_FOR_ANOTHERS_END_S))):
        say(f"This copy is running already (data folder {settings.data_dir}).")
        say("For a second copy beside it: PORT=8001 TRACKER_DATA_DIR=./var2 make run")
        return 1
    supervisor = Supervisor(settings, make)
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if sent != signal.SIGHUP or signal.getsignal(sent) != signal.SIG_IGN:  # `nohup make run` outlives its terminal
            signal.signal(sent, _raise_stopped)
    try:
        supervisor.start()
        supervisor.watch()
    except Stopped:
        pass
    except EmbeddedServerFault as fault:
        say(str(fault))
        return 1
    finally:
        say("\nStopping …")
        supervisor.stop()
        say("Everything is stopped.")
    return 0


def main(arguments: list[str]) -> int:
    make = None
    if "--under-make" in arguments:
        # Killed, `make` must not leave a copy running that nobody sees.
        tie_to(os.getppid(), signal.SIGTERM)
        make = MakeParent(os.getppid())
    try:
        return run(load_settings(), make)
    except ConfigurationFault as fault:
        print(fault, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
