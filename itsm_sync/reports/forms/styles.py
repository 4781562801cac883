"""How cells of a workbook look: each format made once, numbers with their units."""

from datetime import date, datetime, timedelta
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from itsm_sync.model.words import Language
from itsm_sync.reports.document import Grade, Link, Plain, Unit, Verdict
from itsm_sync.reports.forms.values import MARK, Writing

_FONTS = {"ko": "맑은 고딕", "en": "Calibri"}
_LINE, _INK, _SOFT = "#D1D5DB", "#1B2430", "#5B6675"
_GRADES = {Grade.GOOD: "#1A7F4B", Grade.BAD: "#B3261E", Grade.UNKNOWN: _SOFT}
_BYTES = '[>=1000000000]#,##0.0,,," GB"{0};[>=1000000]#,##0.0,," MB"{0};#,##0" B"{0}'
_SECONDS_OF_A_DAY, _SECONDS_OF_AN_HOUR = 86_400, 3_600
# Half a second below, in days: whole seconds have no exact number.
_MINUTE, _HOUR = 59.5 / _SECONDS_OF_A_DAY, 3_599.5 / _SECONDS_OF_A_DAY


class Styles:
    """The workbook's formats."""

    def __init__(self, workbook: Workbook, language: Language) -> None:
        self._workbook = workbook
        self._writing = Writing.in_utc(language)
        self._font = {"font_name": _FONTS.get(language, "Calibri"), "font_size": 10}
        self._made: dict[str, Format] = {}

    def style(self, **properties: Any) -> Format:
        """Answer the format with these properties and our font."""
        key = repr(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**self._font, **properties})
        return self._made[key]

    @property
    def title(self) -> Format:
        return self.style(bold=True, font_size=16, font_color=_INK)

    @property
    def heading(self) -> Format:
        return self.style(bold=True, font_size=12, font_color=_INK)

    @property
    def soft(self) -> Format:
        return self.style(font_color=_SOFT)

    @property
    def link(self) -> Format:
        return self.style(font_color="#2356D8", underline=1)

    @property
    def prose(self) -> Format:
        return self.style(text_wrap=True, valign="top")

    @property
    def notice(self) -> Format:
        return self.style(text_wrap=True, valign="top", bg_color="#FFF6E0")

    def head(self, *, right: bool = False) -> Format:
        """Answer the format of a column's heading."""
        return self.style(
            bold=True, bg_color="#1F2937", font_color="#FFFFFF", valign="vcenter", border=1,
            border_color=_LINE, text_wrap=True, align="right" if right else "left",
        )  # fmt: skip

    def cell(self, **more: Any) -> Format:
        """Answer the format of a cell in a table."""
        return self.style(valign="top", border=1, border_color=_LINE, **more)

    def of(self, value: Plain, unit: Unit, *, marked: bool, total: bool, with_unit: bool) -> Format:
        """Answer the format by which a value is shown, with its mark and unit where wanted."""
        more: dict[str, Any] = {"bold": True, "top": 2} if total else {}
        match value:
            case str():
                return self.cell(text_wrap=True, **more)
            case Verdict(grade=grade):
                return self.cell(bold=True, font_color=_GRADES[grade], **more)
            case Link():
                return self.cell(font_color="#2356D8", underline=1, **more)
            case None:
                return self.cell(**more)
        number = self._number(value, unit, with_unit=with_unit)
        mark = f'"{MARK}"' if marked else ""
        number = number.format(mark) if "{0}" in number else number + mark
        return self.cell(num_format=number, align="right", **more)

    def _number(self, value: Plain, unit: Unit, *, with_unit: bool) -> str:
        match value:
            case datetime():
                return "yyyy-mm-dd hh:mm"
            case date():
                return "yyyy-mm-dd"
            case timedelta():
                return self._duration()
        if unit is Unit.SHARE:
            return "0.0%"
        if unit is Unit.BYTES:
            return _BYTES
        number = "#,##0" if isinstance(value, int) else "#,##0.0#"
        if not with_unit or not isinstance(value, int | float):
            return number
        # what stands before and after the number in our sentence
        before, _, after = self._writing.whole(8, unit).partition("8")
        return (
            "".join(f'"{part}"' if part else "" for part in (before,))
            + number
            + (f'"{after}"' if after else "")
        )

    def _duration(self) -> str:
        """Answer the format of the two largest units, as other forms show them: by the number
        itself, so that it stays right where somebody changes the cell.

        Days are told in hours: a program that counts days within months can't show more than 31.
        """
        hours, minutes, seconds = (
            self._writing.say(text, number="")
            for text in ("{number} h", "{number} min", "{number} s")
        )
        return (
            f'[<{_MINUTE:.6f}][s]"{seconds}"{{0}};'
            f'[<{_HOUR:.6f}][m]"{minutes}" ss"{seconds}"{{0}};'
            f'[h]"{hours}" mm"{minutes}"{{0}}'
        )


def in_days(value: timedelta) -> float:
    """Answer a duration as the number of a cell: rounded to the smaller of the units shown, as
    other forms round it, where Excel would cut it off.
    """
    seconds = round(value.total_seconds())
    if seconds >= _SECONDS_OF_AN_HOUR:
        seconds = (seconds + 30) // 60 * 60
    return seconds / _SECONDS_OF_A_DAY
