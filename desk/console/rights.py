"""Who may do what: roles → rights, as data. Every route names the right it needs; a test asks all of both."""

from collections.abc import Mapping
from enum import StrEnum


class Right(StrEnum):
    """What a seat may do. A unit's account has these for its own unit only."""

    CHECK = "check"  # check a draft
    DRAFT = "draft"  # write drafts and hand them in
    READ = "read"  # read a draft as 初审, 复审 or 终审, by role
    SEE = "see"  # the site's columns, units, findings
    TRIAGE = "triage"  # steps in the ledger
    AUDIT = "audit"  # ask for a column audit now
    TERMS = "terms"  # search and propose terms
    APPROVE = "approve"  # decide of another person's proposals and exceptions
    CIRCULAR = "circular"  # the quarter's figures and circular
    PEOPLE = "people"  # accounts
    CLAIM = "claim"  # say of the own unit's findings that they are mended


_EDITOR = {Right.CHECK, Right.DRAFT, Right.SEE, Right.TERMS}
_READER = {Right.CHECK, Right.READ, Right.SEE, Right.TERMS}
#: Rights by role (store/accounts.py ROLES); somebody with several roles has the rights of all.
ROLE_RIGHTS: Mapping[str, frozenset[Right]] = {
    "editor": frozenset(_EDITOR),
    "first": frozenset(_READER),
    "second": frozenset(_READER),
    "final": frozenset(_READER),
    "office": frozenset({*_EDITOR, Right.TRIAGE, Right.AUDIT, Right.APPROVE, Right.CIRCULAR}),
    "admin": frozenset({Right.PEOPLE}),
}
#: What only an account that sees every unit may do, whatever its roles.
WHOLE_SITE = frozenset({Right.TRIAGE, Right.AUDIT, Right.APPROVE, Right.CIRCULAR, Right.PEOPLE})
#: What only a unit's own people may do, if they may see its findings.
OWN_UNIT = frozenset({Right.CLAIM})


def rights_of(roles: frozenset[str], unit: str) -> frozenset[Right]:
    """The rights of one with these roles; `unit` "" where every unit is seen."""
    held = frozenset(right for role in roles for right in ROLE_RIGHTS.get(role, ()))
    if not unit:
        return held
    return held - WHOLE_SITE | (OWN_UNIT if Right.SEE in held else frozenset())
