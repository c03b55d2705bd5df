"""The console's rooms: a module a page, each with its `router`."""

from desk.console.rooms import check, circular, doors, figures, home

ROUTERS = (doors.router, home.router, check.router, figures.router, circular.router)
