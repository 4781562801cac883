"""The font of charts and PDF: one that has Korean, of those the machine has."""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError

# Where Linux keeps fonts; the drawing libraries look there too.
PLACES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# The first that is there: Debian's fonts-nanum, fonts-noto-cjk, and other Korean ones.
_LIKED = ("NanumBarunGothic", "NanumGothic", "Noto Sans CJK KR", "Noto Sans KR", "Pretendard",
          "Source Han Sans KR", "UnDotum", "Baekmuk Dotum")  # fmt: skip
_NAMED = re.compile("nanum(barun)?gothic(bold)?$|noto.*(cjk|kr)|pretendard|sourcehan|undotum|dotum")
_ENDINGS = (".ttf", ".otf", ".ttc")
_KOREAN = ord("가")
_FAMILY, _BOLD, _REGULAR = 1, 700, 400
_ELSE = "sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A font's file, with its place in it, and its weight (400 is regular, 700 bold)."""

    family: str
    weight: int
    file: Path
    number: int = -1


@cache
def korean(places: Sequence[Path] = PLACES) -> tuple[Face, ...]:
    """Answer the faces of the font to draw with, regular and bold; () where none has Korean.

    Looked for once: a font that is installed later is seen after the next start.
    """
    files = sorted(file for place in places for file in place.rglob("*") if _is_font(file))
    named = [file for file in files if _NAMED.search(file.stem.casefold())]
    for some in (named, files):
        faces = [face for file in some for face in _faces(file)]
        families = {face.family for face in faces}
        for family in (*_LIKED, *sorted(families)):
            if family in families:
                return _two([face for face in faces if face.family == family])
    return ()


def family(faces: Sequence[Face]) -> str:
    """Answer the name by which the font is asked for."""
    return faces[0].family if faces else _ELSE


def _is_font(file: Path) -> bool:
    return file.suffix.casefold() in _ENDINGS


def _two(faces: Sequence[Face]) -> tuple[Face, ...]:
    """Answer the regular and the bold face of a family that may have more weights."""
    nearest = [min(faces, key=lambda face: abs(face.weight - w)) for w in (_REGULAR, _BOLD)]
    return tuple(dict.fromkeys(nearest))


def _faces(file: Path) -> Iterator[Face]:
    """Answer the faces in a file that have Korean; none where it can't be read."""
    number = 0 if file.suffix.casefold() == ".ttc" else -1
    while True:
        try:
            with file.open("rb") as opened, TTFont(opened, fontNumber=number, lazy=True) as font:
                face = _face(font, file, number)
                last = number < 0 or number + 1 >= font.reader.numFonts
        except (TTLibError, OSError, KeyError, AssertionError, ValueError):
            return
        if face:
            yield face
        if last:
            return
        number += 1


def _face(font: TTFont, file: Path, number: int) -> Face | None:
    if _KOREAN not in font.getBestCmap():
        return None
    name = font["name"].getDebugName(_FAMILY)
    weight = int(font["OS/2"].usWeightClass)
    # families of two weights give both the same class
    weight = _BOLD if font["head"].macStyle & 1 else weight
    return Face(family=str(name), weight=weight, file=file, number=number)


def embedded(faces: Sequence[Face], characters: str) -> str:
    """Answer the rules that give a page the font with these characters only, within the page."""
    return "\n".join(_rule(face, characters) for face in faces)


def _rule(face: Face, characters: str) -> str:
    options = Options(hinting=False, layout_features=["kern"], notdef_outline=True)
    options.drop_tables += ["DSIG", "FFTM", "GSUB", "meta"]
    file = BytesIO()
    with TTFont(face.file, fontNumber=face.number, recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(file)
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight};'
        f" src: url(data:font/woff2;base64,{b64encode(file.getvalue()).decode('ascii')})"
        ' format("woff2"); }'
    )
