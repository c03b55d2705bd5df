"""The console's rooms: a module a page, each with its `router`."""

from desk.console.rooms import (
    check,
    circular,
    circular_papers,
    doors,
    figures,
    home,
    review_steps,
    reviews,
)

ROUTERS = (
    doors.router,
    home.router,
    check.router,
    reviews.router,
    review_steps.router,
    figures.router,
    circular_papers.router,
    circular.router,
)
