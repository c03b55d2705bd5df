"""The console's rooms: a module a page, each with its `router`."""

from desk.console.rooms import doors, home, ledger, terms

ROUTERS = (doors.router, home.router, ledger.router, terms.router)
