"""The ways of tickets through their statuses that `provision` opens to people, tracker by tracker.

They follow the stages of the matrix, with ways back. Where a tracker has none here, people may go
from any of its statuses to any other: nobody should be kept from work at two in the morning.
"""

from typing import Any

from itsm_sync.model.words import Language, Words

RECEIVED = Words(ko="접수", en="Received")
IN_REVIEW = Words(ko="검토", en="In review")
AWAITING = Words(ko="승인 대기", en="Awaiting approval")
APPROVED = Words(ko="승인", en="Approved")
SENT_BACK = Words(ko="반려", en="Sent back")
IMPLEMENTING = Words(ko="실행", en="In implementation")
VERIFYING = Words(ko="검증", en="In verification")
# Redmine's own: where they have other names, each closed status stands for both.
CLOSED = Words(ko="완료", en="Closed")
REJECTED = Words(ko="거절", en="Rejected")

STATUSES = (RECEIVED, IN_REVIEW, AWAITING, APPROVED, SENT_BACK, IMPLEMENTING, VERIFYING)
ENDS = (CLOSED, REJECTED)

INCIDENT = Words(ko="사건", en="Incident")
PROBLEM = Words(ko="문제", en="Problem")
CHANGE = Words(ko="변경", en="Change")
REQUEST = Words(ko="서비스 요청", en="Service request")
RELEASE = Words(ko="릴리스", en="Release")
TRACKERS = (INCIDENT, PROBLEM, CHANGE, REQUEST, RELEASE)

Ways = tuple[tuple[Words, tuple[Words, ...]], ...]

# An emergency is carried out as it comes in and approved after, by the field (the matrix' notes).
_OF_A_CHANGE: Ways = (
    (RECEIVED, (IN_REVIEW, IMPLEMENTING, REJECTED)),
    (IN_REVIEW, (RECEIVED, AWAITING, REJECTED)),
    (AWAITING, (IN_REVIEW, APPROVED, SENT_BACK, REJECTED)),
    (SENT_BACK, (IN_REVIEW, AWAITING, REJECTED)),
    (APPROVED, (IN_REVIEW, AWAITING, IMPLEMENTING)),
    (IMPLEMENTING, (IN_REVIEW, VERIFYING)),
    (VERIFYING, (IN_REVIEW, IMPLEMENTING, CLOSED)),
    (CLOSED, (VERIFYING,)),
    (REJECTED, (RECEIVED,)),
)
# A release may be built without an approval, and asks for it before or after its tests.
_OF_A_RELEASE: Ways = (
    (RECEIVED, (IN_REVIEW, REJECTED)),
    (IN_REVIEW, (RECEIVED, AWAITING, IMPLEMENTING, REJECTED)),
    (AWAITING, (IN_REVIEW, APPROVED, SENT_BACK, REJECTED)),
    (SENT_BACK, (IN_REVIEW, AWAITING, REJECTED)),
    (APPROVED, (IN_REVIEW, AWAITING, IMPLEMENTING)),
    (IMPLEMENTING, (IN_REVIEW, AWAITING, VERIFYING)),
    (VERIFYING, (IN_REVIEW, IMPLEMENTING, CLOSED)),
    (CLOSED, (VERIFYING,)),
    (REJECTED, (RECEIVED,)),
)
WAYS: tuple[tuple[Words, Ways], ...] = ((CHANGE, _OF_A_CHANGE), (RELEASE, _OF_A_RELEASE))


def itil(language: Language) -> dict[str, Any]:
    """Answer the ITIL trackers, their statuses and people's ways through them, for the Ruby."""
    return {
        "trackers": [tracker[language] for tracker in TRACKERS],
        "statuses": [status[language] for status in STATUSES],
        "ends": [status[language] for status in ENDS],
        "ways": {
            tracker[language]: [
                [old[language], [new[language] for new in reached]] for old, reached in ways
            ]
            for tracker, ways in WAYS
        },
    }
