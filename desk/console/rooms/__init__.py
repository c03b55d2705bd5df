"""The console's rooms: a module a page, each with its `router`."""

from desk.console.rooms import circular, doors, home

ROUTERS = (doors.router, home.router, circular.router)
