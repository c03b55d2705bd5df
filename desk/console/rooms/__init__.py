"""The console's rooms: a module a page, each with its `router`. `API_ROUTERS` are described for programs."""

from desk.console.rooms import (
    api,
    articles,
    audits,
    check,
    circular,
    circular_papers,
    columns,
    doors,
    figures,
    health,
    home,
    ledger,
    me,
    people,
    review_steps,
    reviews,
    terms,
    units,
)

ROUTERS = (
    doors.router,
    me.router,
    people.router,
    health.router,
    home.router,
    check.router,
    audits.router,
    columns.router,
    units.router,
    articles.router,
    ledger.router,
    terms.router,
    reviews.router,
    review_steps.router,
    figures.router,
    circular_papers.router,
    circular.router,
)
API_ROUTERS = (api.router,)
