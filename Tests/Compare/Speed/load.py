"""What a machine does beside a measurement: times under foreign load mislead."""
import os
import pathlib
import time


class Load:
    """What the machine's CPUs do beside this measurement."""

    def __init__(self):
        self.start = self.now()

    @staticmethod
    def now():
        """Seconds: of all CPUs at work, of this program and the processes that it has waited for, and the clock's."""
        ticks = pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]
        idle, times = int(ticks[3]) + int(ticks[4]), os.times()
        return (sum(map(int, ticks)) - idle) / os.sysconf("SC_CLK_TCK"), sum(times[:4]), time.monotonic()

    def others(self):
        """The share of all CPUs that others took since."""
        busy, own, wall = (after - before for after, before in zip(self.now(), self.start))
        return max(0, busy - own) / wall / os.cpu_count()
