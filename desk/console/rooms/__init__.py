"""The console's rooms: a module a page, each with its `router`."""

from desk.console.rooms import check, circular, circular_papers, doors, figures, home

ROUTERS = (
    doors.router, home.router, check.router, figures.router, circular_papers.router, circular.router,
)  # fmt: skip
