"""Why the operating system did not do something, as sentences of ours."""

import errno

from itsm_sync.model.words import Message

_DENIED = Message("permission denied: whose is it, and may the account of itsm-sync?")
_FULL = Message("no space is left there")
_SAID = {
    errno.ENOENT: Message("no such file or directory"),
    errno.ENOTDIR: Message("a part of the path is no directory"),
    errno.EISDIR: Message("is a directory"),
    errno.EEXIST: Message("is there already"),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: Message("may only be read there: its file system is mounted so"),
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: Message("would be larger than files may be there"),
    errno.ENAMETOOLONG: Message("the name is too long"),
    errno.EMFILE: Message("too many files are open (`ulimit -n`)"),
    errno.EADDRINUSE: Message("another program listens there already"),
    errno.EADDRNOTAVAIL: Message("this machine has no such address"),
}


def why(error: BaseException) -> Message:
    """Answer why; where it is no error that we have a sentence for, what the system says of it."""
    number = error.errno if isinstance(error, OSError) else None
    said = (error.strerror if isinstance(error, OSError) else "") or str(error) or "?"
    return _SAID.get(number or 0) or Message("{error}", {"error": said})
