"""The scenarios, by subject. Loading a module registers what it holds."""

from importlib import import_module

SUBJECTS = ("closing", "opening", "resets", "datagrams", "loss", "flow", "links", "teaching")


def load() -> None:
    for subject in SUBJECTS:
        import_module(f"{__name__}.{subject}")
