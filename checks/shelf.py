"""The lists in force, read again when a file of theirs changes: a server need not be started anew.

A folder that has become wrong takes nothing down: the lists read last stay in force, and `problems`
says what is wrong with the new ones.
"""

from collections.abc import Sequence
from pathlib import Path

from checks.checker import Checker
from checks.model import BadInput, Site
from checks.wordlist import load_wordlists, shipped

Stamp = tuple[tuple[str, int, int], ...]


class Shelf:
    """The shipped lists with those of `folders`, and the checker made of them for `site`.

    Raises:
        BadInput: the folders cannot be loaded the first time.
    """

    def __init__(self, folders: Sequence[Path], site: Site | None = None) -> None:
        self._folders = tuple(folders)
        self._site = site
        self._stamp = self._now()
        self._checker = self._made()
        self.problems: tuple[str, ...] = ()

    def checker(self) -> Checker:
        """The checker of the lists as they are now."""
        stamp = self._now()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._checker, self.problems = self._made(), ()
            except BadInput as error:
                self.problems = error.lines
        return self._checker

    def _made(self) -> Checker:
        own = (one for folder in self._folders for one in load_wordlists(folder))
        return Checker((*shipped(), *own), self._site)

    def _now(self) -> Stamp:
        """Each file's name, time and size."""
        files = (
            file for folder in self._folders for file in sorted(folder.glob("*")) if file.is_file()
        )
        return tuple((str(f), f.stat().st_mtime_ns, f.stat().st_size) for f in files)
