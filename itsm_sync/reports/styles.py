"""Stylesheets of ours."""

from importlib.resources import files


def stylesheet(name: str) -> str:
    """Answer the text of a stylesheet, named from this folder on ("forms/report.css")."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
