"""Rules on a page as a page. To add one: write its module, and name it here."""

from typing import cast

from checks.rules.page import (
    footer_marks,
    hidden_links,
    injected_spam,
    leave_notice,
    mixed_content,
    page_tags_missing,
    page_tags_title,
    page_tags_wrong,
    script_redirect,
)
from checks.seen_page import PageRule

PAGE_RULES: tuple[PageRule, ...] = tuple(
    cast("PageRule", module)
    for module in (
        page_tags_missing,
        page_tags_wrong,
        page_tags_title,
        footer_marks,
        mixed_content,
        hidden_links,
        injected_spam,
        script_redirect,
        leave_notice,
    )
)
