"""System packages that tests need, from system-packages.txt: which are missing, how to get them.

`python -m tests.system` installs what is missing, on Debian as root; elsewhere it names the command.
"""

import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

FILE = Path(__file__).parent.parent / "system-packages.txt"
APT = ("apt-get", "-q", "-o", "Acquire::Retries=3", "-o", "Acquire::http::Timeout=30")
#: For both of update and install; a whole office suite comes in two minutes on a common line.
SECONDS = 1200


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package; `program` is a name on PATH, or a path with `*`."""

    name: str
    program: str
    purpose: str

    @property
    def names(self) -> set[str]:
        """What a test may call it by: the package, or the program without its folder."""
        return {self.name, PurePath(self.program).name}


def packages(text: str) -> tuple[Package, ...]:
    """Raises ValueError: a line without all three columns, a name given twice."""
    found: list[Package] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split(maxsplit=2)
        if len(columns) < 3:
            raise ValueError(f"system-packages.txt:{number}: package, program and purpose expected")
        one = Package(*columns)
        if any(one.names & other.names for other in found):
            raise ValueError(f"system-packages.txt:{number}: {one.name} stands twice")
        found.append(one)
    return tuple(found)


LISTED = packages(FILE.read_text("utf-8"))


def there(package: Package) -> bool:
    if "/" in package.program:
        return bool(glob.glob(package.program))  # noqa: PTH207  - the pattern is absolute
    return shutil.which(package.program) is not None


def missing(listed: Sequence[Package] = LISTED) -> tuple[Package, ...]:
    return tuple(one for one in listed if not there(one))


def command(wanted: Sequence[Package]) -> str:
    return "apt-get install --no-install-recommends " + " ".join(one.name for one in wanted)


def named(names: Sequence[str], listed: Sequence[Package] = LISTED) -> tuple[Package, ...]:
    """The packages that a test's marker names.

    Raises:
        ValueError: no name at all, or one that is not in the file.
    """
    if not names:
        raise ValueError("needs() names no program")
    known = {name: one for one in listed for name in one.names}
    for name in names:
        if name not in known:
            raise ValueError(f"needs({name!r}): not in system-packages.txt ({', '.join(known)})")
    return tuple(known[name] for name in names)


def why_skipped(names: Sequence[str], is_there: Callable[[Package], bool] = there) -> str:
    """Why a test that needs `names` cannot run here, with the command that would help; "" if it can."""
    absent = [one for one in named(names) if not is_there(one)]
    if not absent:
        return ""
    programs = ", ".join(PurePath(one.program).name for one in absent)
    return f"{programs} missing; as root: {command(absent)}"


def may_install(user: int, apt: str | None) -> bool:
    """Root (`user` 0) on a system with apt-get may."""
    return user == 0 and apt is not None


def install(wanted: Sequence[Package]) -> str:
    """Install; gives back what went wrong, "" if nothing did."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    steps = (
        (*APT, "update"),
        (*APT, "install", "-y", "--no-install-recommends", *(one.name for one in wanted)),
    )
    for step in steps:
        try:
            done = subprocess.run(
                step, env=quiet, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return f"{' '.join(step)}: not done in {SECONDS} s"
        if done.returncode:
            return f"{' '.join(step)}: {done.stderr.strip() or done.stdout.strip()}"
    return ""


def main() -> None:
    """What cannot be installed stops nothing: its tests are skipped by name, which CI does not let pass."""
    absent = missing()
    if not absent:
        return
    user = os.getuid() if hasattr(os, "getuid") else -1
    if may_install(user, shutil.which("apt-get")):
        print(f"installing {', '.join(one.name for one in absent)} …", flush=True)
        if wrong := install(absent):
            print(wrong, file=sys.stderr)
        absent = missing()
    for one in absent:
        print(f"missing: {one.name} ({one.purpose}); its tests are skipped", file=sys.stderr)
    if absent:
        print(f"as root: {command(absent)}", file=sys.stderr)


if __name__ == "__main__":
    main()
