"""The editors' server (LanguageTool's protocol) at this desk: whom it lets in, by which lists it judges."""

from collections.abc import Callable, Sequence
from datetime import date

from checks.checker import Checker
from checks.model import BadInput, Finding
from desk.console.hall import Hall
from desk.console.rights import Right
from desk.console.seat import seat_of_token
from desk.console.settings import is_in
from desk.languagetool.routes import LanguageTool
from store.database import writing
from store.steps import LONGEST_NAME
from store.term_proposals import suggest_word


def editors_of(
    hall: Hall, checked: Callable[[Sequence[Finding]], None] | None = None
) -> LanguageTool:
    """What `desk.languagetool` asks of its host. Programs name no site: the first site's lists judge.

    Whoever asks from an open network of the settings is let in; others by a token as their key, of somebody who may
    check drafts. `checked` hears what was found in each text.
    """
    first = next(iter(hall.sites), "")

    def checker() -> Checker:
        return hall.checker(first)

    def today() -> date:
        return hall.today(hall.sites[first]) if first else hall.now().date()

    def allowed(_username: str, key: str, client: str) -> bool:
        if is_in(client, hall.settings.editors_open):
            return True
        if not key:
            return False
        seat = seat_of_token(hall, key)
        return seat is not None and seat.may(Right.CHECK) and not seat.must_change

    def suggest(word: str, who: str) -> bool:
        """File that a word is right; people of the desk decide. False: it is no word to be filed."""
        if not first:
            return False
        named = f"编辑软件（{who}"[: LONGEST_NAME - 1] + "）"  # nobody has proved that it is them
        try:
            with writing(hall.engine) as connection:
                suggest_word(
                    connection, hall.sites[first], word, named, hall.now(), checker().wordlists
                )
        except BadInput:
            return False
        return True

    return LanguageTool(checker, today, allowed, suggest, checked)
