"""Renders a page of text for each script, with which the engine is tested: fonts are Debian's fonts-noto-core and -cjk.

usage: render_pages.py words.json FOLDER    (words.json is what words.ts writes)
"""

import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

NOTO = "/usr/share/fonts/truetype/noto/NotoSans{}-Regular.ttf"
CJK = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
# Script: language, font (a name of Noto Sans, or the number of a face in the collection for Chinese, Japanese, Korean).
PAGES = {
    "Arab": ("ar", "Arabic"), "Armn": ("hy", "Armenian"), "Beng": ("bn", "Bengali"), "Cyrl": ("ru", ""),
    "Deva": ("hi", "Devanagari"), "Ethi": ("am", "Ethiopic"), "Geor": ("ka", "Georgian"), "Grek": ("el", ""),
    "Gujr": ("gu", "Gujarati"), "Guru": ("pa", "Gurmukhi"), "Hang": ("ko", 1), "Hani": ("ja", 0),
    "Hebr": ("he", "Hebrew"), "Khmr": ("km", "Khmer"), "Knda": ("kn", "Kannada"), "Laoo": ("lo", "Lao"),
    "Mlym": ("ml", "Malayalam"), "Mymr": ("my", "Myanmar"), "Sinh": ("si", "Sinhala"), "Taml": ("ta", "Tamil"),
    "Telu": ("te", "Telugu"), "Thai": ("th", "Thai"), "Viet": ("vi", ""),
}  # fmt: skip
WIDTH, ROW, MARGIN, SIZE = 520, 46, 24, 26


def main() -> None:
    words, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for script, (language, face) in PAGES.items():
        font = load(face)
        found = [w for w in words[script][language] if 5 <= len(w) <= 18 and not any(c.isdigit() for c in w)]
        rows = [(word, f"{7 + 13 * i}.{(37 * i) % 90 + 10}") for i, word in enumerate(found[40:240:25])]
        draw_page(rows, font).save(folder / f"{script}.png", optimize=True)
        truth[script] = {"language": language, "rows": rows}
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n")


def load(face: str | int) -> ImageFont.FreeTypeFont:
    shaped = {"layout_engine": ImageFont.Layout.RAQM}
    if isinstance(face, int):
        return ImageFont.truetype(CJK, SIZE, index=face, **shaped)
    return ImageFont.truetype(NOTO.format(face), SIZE, **shaped)


def draw_page(rows: list[tuple[str, str]], font: ImageFont.FreeTypeFont) -> Image.Image:
    latin = load("")
    page = Image.new("L", (WIDTH, 2 * MARGIN + ROW * len(rows)), 255)
    draw = ImageDraw.Draw(page)
    for i, (word, price) in enumerate(rows):
        baseline = MARGIN + ROW * i + 32
        draw.text((MARGIN, baseline), word, font=font, fill=0, anchor="ls")
        draw.text((WIDTH - MARGIN, baseline), price, font=latin, fill=0, anchor="rs")
    return page.quantize(8)


if __name__ == "__main__":
    main()
