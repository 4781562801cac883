"""What Redmine answers where it does not do as asked."""


class Refused(Exception):
    """An answer that is a refusal: its status, and Redmine's reasons where it tells any."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(f"{status} {'; '.join(errors)}")
        self.status = status
        self.errors = errors


class Rejected(Refused):
    """422: what was sent is checked and rejected whole (Redmine fact 18)."""

    def __init__(self, *errors: str) -> None:
        super().__init__(422, *errors)
