"""The last day of a term that somebody wrote: “5个工作日”, “10月20日”, “2025-10-20”."""

from datetime import date

from checks.calendar import UnknownDay, due_day
from checks.model import BadInput, Site
from desk.options import holidays_of


def deadline(
    said: str, site: Site, today: date, *, place: str = "期限", otherwise: str = "请写明日期，如 2025-10-20"
) -> date:  # fmt: skip
    """The day, counted from `today` with the region's own holidays. `place` begins what is told.

    Raises:
        BadInput: it is no term, a day on the way is not known (`otherwise` says what to do), or the
            holidays' file has errors.
    """
    try:
        return due_day(said, today, holidays_of(site))
    except UnknownDay as error:
        raise BadInput(f"{place}: {error}，算不出期限；{otherwise}，或在站点文件的holidays里补上") from None  # fmt: skip
    except ValueError as error:
        raise BadInput(f"{place}: {error}") from None
