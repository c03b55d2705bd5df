"""The rules in code, by what they judge. A rule is one module with `RULE` and `check`; add it here."""
