"""A progress bar for the long work, drawn on stderr and only where a person watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


@contextmanager
def night_progress(*, shown: bool) -> Iterator[Callable[[str, int, int, int], None] | None]:
    """Yields what a night reports its progress to, None where nothing is shown."""
    if not shown:
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("已读{task.fields[articles]}篇，余{task.fields[waiting]}页"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, int] = {}

        def told(site: str, fetched: int, articles: int, waiting: int) -> None:
            if site not in tasks:
                tasks[site] = bar.add_task(f"巡查 {site}", articles=0, waiting=0)
            bar.update(
                tasks[site],  # type: ignore[arg-type]
                completed=fetched,
                total=fetched + waiting,
                articles=articles,
                waiting=waiting,
            )

        yield told


@contextmanager
def recheck_progress(*, shown: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Yields what a re-check reports its progress to: how many of how many; None where nothing is shown."""
    if not shown:
        yield None
        return
    columns = (TextColumn("重新检查"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("重新检查", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
