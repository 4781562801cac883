"""How many mails edits cause at most, by what Redmine's own code does (Redmine fact 21). Pure."""

from collections.abc import Iterable, Mapping

from itsm_sync.model.plans import Edit
from itsm_sync.model.tickets import FieldName


def concerned(edit: Edit) -> frozenset[int]:
    """Answer the people and groups whom Redmine mails, as far as the edit names them.

    These are the author, and the assignee before and after: watchers that come with it come later.
    """
    after = next((f.new for f in edit.fields if f.name is FieldName.ASSIGNEE), "")
    named = {edit.ticket.author.id}
    if edit.ticket.assignee is not None:
        named.add(edit.ticket.assignee.id)
    if after.isdecimal():
        named.add(int(after))
    return frozenset(named)


def mails(
    edit: Edit, watchers: Iterable[int] = (), members: Mapping[int, Iterable[int]] | None = None
) -> int:
    """Answer how many mails an edit causes at most.

    Args:
        edit: makes one journal, for which each person gets one mail; with a private note two, and
            one more for each note to be kept up that is not there yet.
        watchers: people and groups that watch the ticket.
        members: group -> its people; whoever is not in it is a person.

    It is no bound for those who have Redmine mail them all of a project, or all that is urgent:
    only an administrator can read that. A value put back to a person is a journal more.
    """
    made = sum(note.journal is None for note in edit.kept)
    if not edit.fields and edit.note is None and not made:
        return 0
    known = members or {}
    people = {
        person
        for named in concerned(edit) | frozenset(watchers)
        for person in known.get(named, (named,))
    }
    alone = int(bool(edit.fields) or edit.note is not None)
    hidden = int(edit.note is not None and edit.note.private)
    return (alone + hidden + made) * len(people)
