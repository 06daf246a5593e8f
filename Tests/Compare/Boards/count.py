"""Instructions that a program executes for one inference, under qemu-user with the plugin instructions.c."""
import json
import pathlib
import signal
import subprocess
import tempfile

from guests import HERE, call

# Facet's runs of two lengths: what starts, loads and warms up cancels out. Peers' inferences, after one to warm up, all of one run, since it
# is Python that takes long to start; between two of the system calls getppid that engines.py makes.
FEW, MANY, INFERENCES = 1, 3, 2
GETPPID = {"qemu-aarch64": 173, "qemu-riscv64": 173, "qemu-arm": 64}
PATIENCE = 1800   # seconds for a run: the largest network takes about a minute


class Uncounted(Exception):
    """Why there is no count, in a few words."""


def built(folder):
    """The plugin, built again when it is older than its source."""
    source, plugin = HERE / "instructions.c", folder.resolve() / "instructions.so"
    if not plugin.exists() or plugin.stat().st_mtime < source.stat().st_mtime:
        call(["cc", "-O2", "-shared", "-fPIC", source, "-o", plugin], "cc instructions.c")
    return plugin


def reason(done):
    """Of a run that failed: the signal, or the last line that it wrote."""
    lines = [line.strip() for line in (done.stderr or done.stdout or "").splitlines() if line.strip()]
    if done.returncode < 0:
        return f"ends by {signal.Signals(-done.returncode).name}"
    if done.returncode > 128 and not lines:
        return f"ends by {signal.Signals(done.returncode - 128).name}"
    return lines[-1][-160:] if lines else f"ends with status {done.returncode}"


def executed(emulator, program, environment=None):
    """Instructions of one run, those at each system call getppid, and what the run printed; `emulator` is the command up to the plugin and
    what follows, as guests.py gives it."""
    with tempfile.TemporaryDirectory() as folder:
        out, marks = pathlib.Path(folder, "count"), pathlib.Path(folder, "marks")
        settings = f",out={out},marks={marks},call={GETPPID[emulator[0]]}"
        command = [f"{part}{settings}" if str(part).endswith("instructions.so") else str(part) for part in emulator] + list(map(str, program))
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise Uncounted(f"takes more than {PATIENCE // 60} minutes")
        if done.returncode or not out.exists():
            raise Uncounted(reason(done))
        return int(out.read_text()), list(map(int, marks.read_text().split())), done.stdout


def difference(run):
    """For an inference, where `run` gives what `executed` gives for N of them."""
    count = (run(MANY)[0] - run(FEW)[0]) / (MANY - FEW)
    if count <= 0:
        raise Uncounted("executes no more for more inferences")
    return count


def between_marks(run):
    """For an inference, and the scores."""
    _, marks, printed = run(INFERENCES)
    if len(marks) != INFERENCES + 1:
        raise Uncounted(f"makes {len(marks)} marks of {INFERENCES + 1}")
    return (marks[-1] - marks[0]) / INFERENCES, json.loads(printed.strip().splitlines()[-1])
