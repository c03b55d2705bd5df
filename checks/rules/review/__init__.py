"""Rules on how what was published stands to what was released (三审三校). To add one: its module, and name it here."""

from checks.rules.review import differs_from_released, unreviewed

REVIEW_RULES = (unreviewed, differs_from_released)
