"""The result of each network: measured in a process of its own under a time limit, and kept until what it depends on changes."""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
# What networks depend on, and what their figures do.
MODELS, FIGURES = ["names.py", "zoo.py", "export.py"], ["measure.py"]


def digest(*parts):
    found = hashlib.sha256()
    for part in parts:
        found.update(part.read_bytes() if isinstance(part, pathlib.Path) else json.dumps(part).encode())
    return found.hexdigest()[:12]


def outcome(status, step, limit):
    """Why a process ended before its network was measured."""
    if status is None:
        return f"TimeLimit: {limit} s were over during: {step}"
    return f"{signal.Signals(-status).name} ended it during: {step}" if status < 0 else f"Status {status} ended it during: {step}"


def write(file, value):
    """As JSON, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f"{file.name}.part")
    aside.write_text(json.dumps(value, indent=1) + "\n")
    os.replace(aside, file)


class Rows:
    """Results in a folder; `settings` are those of measure.py that all networks share."""

    def __init__(self, folder, settings, versions, limit, fresh):
        self.folder, self.settings, self.limit, self.fresh = folder, settings, limit, fresh
        self.models = digest(versions, *(HERE / name for name in MODELS))
        self.key = digest(self.models, settings, pathlib.Path(settings["facet"]), *(HERE / name for name in FIGURES))

    def kept(self, name):
        """The result that still holds, if there is one."""
        file = self.file(name)
        result = json.loads(file.read_text()) if file.exists() and not self.fresh else {}
        return result if result.get("key") == self.key else None

    def file(self, name):
        return self.folder / "results" / f"{name.replace('/', '-')}.json"

    def measured(self, name):
        home, file = self.folder / f"networks-{self.models}" / name.replace("/", "-"), self.file(name)
        if self.fresh:
            shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        running = home / "result.json"
        running.unlink(missing_ok=True)
        write(home / "settings.json", {**self.settings, "name": name, "home": str(home), "result": str(running),
                                       "pictures": str(self.folder / f"pictures-{self.models}")})
        started = time.monotonic()
        status = self.process([sys.executable, HERE / "measure.py", home / "settings.json"])
        result = json.loads(running.read_text()) if running.exists() else {"name": name, "failures": {}, "exporters": {}}
        if status != 0:
            result["failures"]["process"] = outcome(status, result.get("step"), self.limit)
        result.update(key=self.key, seconds=round(time.monotonic() - started))
        # Bundles are made again faster than they are worth keeping.
        shutil.rmtree(home / "facet", ignore_errors=True)
        write(file, result)
        return result

    def process(self, command):
        """Its status; None where the time was over. What it started ends with it."""
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            return process.wait(self.limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
