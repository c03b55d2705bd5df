"""The console's rooms: a module a page, each with its `router`."""

from desk.console.rooms import doors, home

ROUTERS = (doors.router, home.router)
