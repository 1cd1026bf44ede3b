"""Draws lines of text as a camera or a scanner would see them, in any script: fonts are those that fontconfig finds."""

import io
import json
import random
import re
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

NUMBER, TURNED = "Zyyy", "Turned"
FONTS_OF = {"ja": "ja", "zh-Hans": "zh-cn", "zh-Hant": "zh-tw"}
CASED = ("Latn", "Cyrl", "Grek", "Viet", "Armn")
UNUSABLE = re.compile("Emoji|Symbol|Rashi|Math|Music")
PRICES = ["%d.%02d", "%d,%02d", "$%d.%02d", "€%d,%02d", "-%d.%02d"]
CODES = ["INV-%s", "No: %s", "TEL %s", "GST ID %s", "REF# %s", "TAX INVOICE %s", "VISA %s", "TOTAL %s", "EUR %s"]
# Languages that print their own digits, too.
DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩", "fa": "۰۱۲۳۴۵۶۷۸۹", "hi": "०१२३४५६७८९", "bn": "০১২৩৪৫৬৭৮৯", "my": "၀၁၂၃၄၅၆၇၈၉",
          "km": "០១២៣៤៥៦៧៨៩", "lo": "໐໑໒໓໔໕໖໗໘໙", "th": "๐๑๒๓๔๕๖๗๘๙"}  # fmt: skip


class Lines:
    """Lines of random words and numbers. `words` is what words.ts writes."""

    def __init__(self, words: Path, seed: int):
        self.words = json.loads(words.read_text())
        self.random = random.Random(seed)
        self.fonts: dict[str, list[tuple[str, int]]] = {}

    @property
    def scripts(self) -> list[str]:
        return list(self.words)

    def draw(self, script: str) -> Image.Image:
        """A line in a script, of numbers alone, or of any script and upside down."""
        while True:
            source = script if script in self.words else self.random.choice(self.scripts)
            language, text = self.text(source)
            if script == NUMBER:
                text = self.number()
            picture = self.picture(text, self.random.choice(self.fonts_of(language)))
            if picture is not None and 4 < picture.width * 48 / picture.height < 1800:
                return picture.rotate(180) if script == TURNED else picture

    def fonts_of(self, language: str) -> list[tuple[str, int]]:
        if language not in self.fonts:
            query = ["fc-list", f":lang={FONTS_OF.get(language, language)}", "--format", "%{file}|%{index}|%{variable}\n"]
            listed = subprocess.run(query, capture_output=True, text=True, check=True).stdout.split("\n")
            found = [line.split("|") for line in sorted(set(listed)) if line]
            self.fonts[language] = [
                (file, int(index))
                for file, index, variable in found
                if variable == "False" and int(index) < 0x10000 and not UNUSABLE.search(file)
            ]
        return self.fonts[language]

    def price(self) -> str:
        r = self.random
        return r.choice(PRICES) % (r.randrange(10 ** r.randrange(1, 4)), r.randrange(100))

    def number(self) -> str:
        r = self.random
        date = (r.randrange(1, 29), r.randrange(1, 13), r.randrange(1999, 2030))
        return r.choice([self.price(), "%02d/%02d/%04d" % date, "%02d.%02d.%04d 18:05" % date, str(r.randrange(10**9)),
                         f"{r.randrange(1, 9)} x {self.price()}", f"{self.price()}   {self.price()}"])  # fmt: skip

    def text(self, script: str) -> tuple[str, str]:
        r = self.random
        language = r.choice(list(self.words[script]))
        if language in DIGITS and r.random() < 0.1:
            return language, self.number().translate(str.maketrans("0123456789", DIGITS[language]))
        if script == "Latn" and r.random() < 0.2:
            return language, r.choice(CODES) % self.price()
        words = self.words[script][language]
        text = r.choice(words) + (" " + r.choice(words) if r.random() < 0.35 else "")
        text = text[:26]
        if script in CASED and r.random() < 0.45:
            text = text.upper()
        return language, text + "  " + self.price() if r.random() < 0.3 else text

    def picture(self, text: str, font: tuple[str, int]) -> Image.Image | None:
        r = self.random
        shaped = {"index": font[1], "layout_engine": ImageFont.Layout.RAQM}
        face = ImageFont.truetype(font[0], r.randrange(40, 72), **shaped)
        left, top, right, bottom = face.getbbox(text)
        width, height = right - left, bottom - top
        if min(width, height) < 8:
            return None
        picture = Image.new("L", (int(width + 2 * height), int(3 * height)), 255)
        ImageDraw.Draw(picture).text((height - left, height - top), text, font=face, fill=0)
        if r.random() < 0.3:
            picture = picture.resize((max(8, int(picture.width * r.uniform(0.6, 1.3))), picture.height))
        if r.random() < 0.5:
            picture = picture.rotate(r.gauss(0, 0.8), fillcolor=255, resample=Image.BICUBIC)
        return self.degraded(self.cut(picture))

    def cut(self, picture: Image.Image) -> Image.Image:
        """With the margins that the detector's boxes have."""
        rows, columns = np.where(np.asarray(picture) < 128)
        if len(rows) == 0:
            return picture
        pad = (rows.max() - rows.min() + 1) * self.random.uniform(0.1, 0.35)
        box = (columns.min() - pad, rows.min() - pad, columns.max() + pad, rows.max() + pad)
        return picture.crop(tuple(int(side) for side in box))

    def degraded(self, picture: Image.Image) -> Image.Image:
        """Smaller, paler, unevenly lit, blurred, noisy and compressed."""
        r = self.random
        small = r.choice([14, 18, 22, 26, 32, 40, 48])
        if small < picture.height:
            picture = picture.resize((max(4, round(picture.width * small / picture.height)), small))
        grey = np.asarray(picture, np.float32) / 255
        ink, paper = r.choice([0, 0, 0.1, 0.2, 0.35]), r.choice([1, 1, 0.95, 0.85, 0.7])
        grey = ink + grey * (paper - ink)
        if r.random() < 0.3:
            grey = grey * (1 - r.uniform(0, 0.35) * np.linspace(0, 1, grey.shape[1])[None])
        noise = np.random.default_rng(r.randrange(2**31)).normal(0, r.choice([0, 2, 5, 9, 14]) / 255, grey.shape)
        picture = Image.fromarray((np.clip(grey + noise, 0, 1) * 255).astype(np.uint8))
        picture = picture.filter(ImageFilter.GaussianBlur(r.uniform(0, 1.1) * picture.height / 40))
        if r.random() < 0.5:
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=r.randrange(30, 90))
            picture = Image.open(file).convert("L")
        return picture
