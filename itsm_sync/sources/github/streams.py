"""What a repository's streams are called."""


def stream_name(repository: str, name: str) -> str:
    """Answer the name under which a repository's stream is kept."""
    return f"{repository}/{name}"
