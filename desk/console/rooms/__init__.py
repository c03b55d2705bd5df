"""The console's rooms: a module a page, each with its `router`."""

from desk.console.rooms import articles, audits, columns, doors, home, units

ROUTERS = (
    doors.router,
    home.router,
    audits.router,
    columns.router,
    units.router,
    articles.router,
)
