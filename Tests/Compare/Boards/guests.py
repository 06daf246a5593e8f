"""Boards under qemu-user: their CPUs, and a Debian with Python and the peers' packages for each kind.

Nothing of a board's Debian runs but under qemu, which looks for each file below a folder first (-L). qemu-user 7.2 hands the workstation's
/proc/cpuinfo and /sys to the program: libraries that read them would take another CPU's kernels, or end. So each CPU has a folder of its own
that links to its Debian and has these files as that CPU does. The CPU's number and qemu's -cpu must agree: some libraries trust the one,
some the other."""
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

sys.path.append(str(pathlib.Path(__file__).parents[1] / "Speed"))
from compare_speed import call, kept  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
# Debian's NumPy where pip has none for a board, with the libraries that it asks for.
NUMPY = ["python3-numpy", "libblas3", "liblapack3"]


class Board:
    """A kind of boards, called as the folder of its program in dist/ is, with the Debian that its peers run in."""

    def __init__(self, debian, release, python, emulator, machine, tags, loader, packages=(), wheels=(), tools=None):
        self.debian, self.release, self.python, self.emulator, self.loader = debian, release, python, emulator, loader
        self.packages = [f"python{python}", "libstdc++6", "libgomp1", "zlib1g", *packages]
        self.platforms = [f"{tag}_{machine}" for tag in tags] + ["any"]
        # The prefix of the cross compiler, where packages lack functions.
        self.wheels, self.tools = list(wheels), tools


STUBS = "stubs.so"   # of functions that a package lacks
MANYLINUX = ["manylinux_2_35", "manylinux_2_34", "manylinux_2_31", "manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014"]
BOARDS = {
    "aarch64": Board("arm64", "bookworm", "3.11", "qemu-aarch64", "aarch64", MANYLINUX, "ld-linux-aarch64.so.1", wheels=["numpy"]),
    "armv7": Board("armhf", "bookworm", "3.11", "qemu-arm", "armv7l", MANYLINUX, "ld-linux-armhf.so.3", packages=NUMPY),
    # Debian has it since release 13.
    "riscv64": Board("riscv64", "trixie", "3.13", "qemu-riscv64", "riscv64", ["manylinux_2_39", *MANYLINUX], "ld-linux-riscv64-lp64d.so.1",
                     packages=NUMPY, tools="riscv64-linux-gnu"),
}


class CPU:
    """A column of the table: qemu's name for the CPU, and what Linux on it has in /proc/cpuinfo."""

    def __init__(self, title, board, qemu, cpuinfo):
        self.title, self.board, self.qemu, self.cpuinfo = title, board, qemu, cpuinfo


def arm(architecture, part, features):
    return (f"processor\t: 0\nBogoMIPS\t: 100.00\nFeatures\t: {features}\nCPU implementer\t: 0x41\nCPU architecture: {architecture}\n"
            f"CPU variant\t: 0x1\nCPU part\t: {part}\nCPU revision\t: 0\n\n")


def riscv(letters):
    return f"processor\t: 0\nhart\t\t: 0\nisa\t\t: rv64{letters}\nmmu\t\t: sv39\n\n"


ARMV8 = "fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid"
ARMV82 = f"{ARMV8} atomics fphp asimdhp asimdrdm lrcpc dcpop asimddp"
ARMV7 = "half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt vfpd32 lpae"
CPUS = {
    "a53": CPU("Cortex-A53", "aarch64", "cortex-a53", arm(8, "0xd03", ARMV8)),
    "a72": CPU("Cortex-A72", "aarch64", "cortex-a72", arm(8, "0xd08", ARMV8)),
    "a76": CPU("A76 (dot products)", "aarch64", "cortex-a76", arm(8, "0xd0b", ARMV82)),
    # A Cortex-A715 without SVE and SME, whose kernels of LiteRT are wrong under qemu 7.2.
    "i8mm": CPU("i8mm", "aarch64", "max,sve=off,sme=off", arm(8, "0xd4d", f"{ARMV82} i8mm bf16")),
    "a7": CPU("Cortex-A7 (32 bits)", "armv7", "cortex-a7", arm(7, "0xc07", ARMV7)),
    "riscv64": CPU("riscv64", "riscv64", "rv64", riscv("imafdc")),
    "riscv64v": CPU("riscv64, vectors of 128 bits", "riscv64", "rv64,v=true,vext_spec=v1.0,vlen=128", riscv("imafdcv")),
}


def pinned(names):
    """NAME==VERSION of requirements.txt."""
    lines = [line.strip() for line in (HERE / "requirements.txt").open() if "==" in line]
    versions = {line.partition("==")[0].lower(): line for line in lines}
    return [versions[name.lower()] for name in names]


def debian(board, folder):
    """A Debian's files, unpacked only: no script of a package runs."""
    archive = folder / "debian.tar"
    call(["mmdebstrap", "-q", "--variant=extract", f"--architectures={board.debian}", f"--include={','.join(board.packages)}", board.release,
          archive, f"deb http://deb.debian.org/debian {board.release} main"], f"mmdebstrap for {board.debian}")
    call(["tar", "-C", folder, "-xf", archive, "--exclude=./dev/*"], "tar")
    archive.unlink()
    # What update-alternatives would link.
    for part in "blas", "lapack":
        for library in folder.glob(f"usr/lib/*/{part}/lib{part}.so.3"):
            (library.parents[1] / library.name).symlink_to(f"{part}/{library.name}")


def packages(board, names, folder):
    """Python packages of a board, from pip, unpacked into one folder."""
    version = board.python.replace(".", "")
    with_platforms = [part for platform in board.platforms for part in ("--platform", platform)]
    call([sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--implementation", "cp",
          "--python-version", board.python, "--abi", f"cp{version}", "--abi", "abi3", "--abi", "none", *with_platforms, "-d", folder,
          *pinned(names)], f"pip download {' '.join(names)} for {board.debian}")
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        wheel.unlink()
    if board.tools:
        stubs(board, folder)


def stubs(board, folder):
    """A library of the functions that a package lacks, which no inference in float32 or int8 calls: ncnn's for riscv64 was built without its
    functions of 16-bit floats, but its tables name them, so that it does not load. They return an error."""
    names = set()
    for library in folder.glob("*/*.so"):
        listed = call([f"{board.tools}-nm", "-D", "--undefined-only", library], "nm")
        names.update(name for name in listed.split() if "4ncnn" in name and "fp16" in name)
    source = folder / "stubs.s"
    source.write_text("".join(f".globl {name}\n{name}:\n" for name in sorted(names)) + "li a0, -1\nret\n")
    call([f"{board.tools}-gcc", "-shared", "-fPIC", "-nostdlib", source, "-o", folder / STUBS], "linking stubs")


class Guests:
    """What runs on boards' CPUs; `folder` keeps what is installed, until it is removed or a version here changes."""

    def __init__(self, folder):
        self.folder = folder.resolve()

    def root(self, name):
        board = BOARDS[name]
        return kept(self.folder / f"{name}-{board.release}", lambda folder: debian(board, folder))

    def python_path(self, name, wheels):
        """Folders of Python packages: of the board, and of a peer."""
        found = []
        for names in filter(None, (BOARDS[name].wheels, wheels)):
            title = "-".join(part.replace("==", "-") for part in pinned(names))
            found.append(kept(self.folder / f"{name}-{BOARDS[name].python}-{title}", lambda folder: packages(BOARDS[name], names, folder)))
        return found

    def view(self, name):
        """The folder below which a CPU's programs find their files."""
        cpu, view = CPUS[name], self.folder / f"cpu-{name}"
        root = self.root(cpu.board)
        shutil.rmtree(view, ignore_errors=True)
        (view / "proc").mkdir(parents=True)
        for part in "usr", "etc", "bin", "lib", "sbin":
            # Newer releases have all in /usr, to which the links are made by a script that did not run.
            (view / part).symlink_to(root / part if (root / part).exists() else root / "usr" / part)
        (view / "proc/cpuinfo").write_text(cpu.cpuinfo)
        processors = view / "sys/devices/system/cpu"
        processors.mkdir(parents=True)
        for part in "possible", "present", "online":
            (processors / part).write_text("0\n")
        if not (view / "lib" / BOARDS[cpu.board].loader).exists():
            raise OSError(f"{root} has no {BOARDS[cpu.board].loader}")
        return view

    def emulator(self, name, plugin):
        """The command before a static program."""
        cpu = CPUS[name]
        return [BOARDS[cpu.board].emulator, "-cpu", cpu.qemu, "-plugin", plugin]

    def python(self, name, plugin, wheels):
        """The command before a Python program that uses some packages, and its environment."""
        board, cpu = BOARDS[CPUS[name].board], CPUS[name]
        folders = self.python_path(cpu.board, wheels)
        preload = [f"LD_PRELOAD={folder / STUBS}" for folder in folders if (folder / STUBS).exists()]
        path = os.pathsep.join(map(str, folders))
        environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0",
                       "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": path}
        options = [part for setting in preload for part in ("-E", setting)]
        return [*self.emulator(name, plugin), *options, "-L", self.view(name), self.root(cpu.board) / f"usr/bin/python{board.python}"], environment
