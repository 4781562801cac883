"""What `reports.yaml` says: the reports there are, what they are made of, and where they go."""

from itsm_sync.model.reporting.periods import Period, Span, asked, completed, readable, unnamed_end
from itsm_sync.model.reporting.reports import DIGEST, Chosen, Report, Reporting, Section
from itsm_sync.model.reporting.targets import FORMS, FormName, Target, TargetKind

__all__ = [
    "DIGEST",
    "FORMS",
    "Chosen",
    "FormName",
    "Period",
    "Report",
    "Reporting",
    "Section",
    "Span",
    "Target",
    "TargetKind",
    "asked",
    "completed",
    "readable",
    "unnamed_end",
]
