"""The scenarios, by subject. Loading a module registers what it holds."""

from importlib import import_module

SUBJECTS = (
    "closing",
    "opening",
    "fast_open",
    "failing",
    "resets",
    "loss",
    "repair",
    "flow",
    "partial",
    "links",
    "datagrams",
    "teaching",
)


def load() -> None:
    for subject in SUBJECTS:
        import_module(f"{__name__}.{subject}")
