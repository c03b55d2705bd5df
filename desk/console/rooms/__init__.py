"""The console's rooms: a module a page, each with its `router`."""

from desk.console.rooms import circular, doors, figures, home

ROUTERS = (doors.router, home.router, figures.router, circular.router)
