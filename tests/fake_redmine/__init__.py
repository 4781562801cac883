"""A Redmine in memory, held to the real one by `tests/contract/test_redmine_contract.py`."""

from tests.fake_redmine.office import FakeOffice

__all__ = ["FakeOffice"]
