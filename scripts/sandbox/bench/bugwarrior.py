def is_there() -> bool:
    return False


def pull(url: str, key: str, tickets: int) -> None: ...
