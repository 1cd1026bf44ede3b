"""Builds the recognisers of scripts that PP-OCRv6 has no letters of, from Debian's tesseract-ocr-script-*: README.md."""

import argparse
import hashlib
import json
from pathlib import Path

import onnx

from tesseract import read_recogniser
from tesseract_to_onnx import to_onnx

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--traineddata", type=Path, required=True, help="folder of *.traineddata")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    heights = {}
    for script, (name, sha256) in json.loads((HERE / "scripts.json").read_text()).items():
        source = options.traineddata / f"{name}.traineddata"
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        if digest != sha256:
            raise SystemExit(f"{source}: SHA-256 is {digest}, expected {sha256}")
        model, alphabet, heights[script] = to_onnx(read_recogniser(source))
        onnx.save(model, options.out / f"{script}.onnx")
        (options.out / f"{script}.txt").write_text(alphabet)
    manifest = options.out / "scripts.json"
    told_apart = json.loads(manifest.read_text())["classes"] if manifest.exists() else []
    manifest.write_text(json.dumps({"classes": told_apart, "heights": heights}, indent=2) + "\n")
    print(f"{len(heights)} scripts")


if __name__ == "__main__":
    main()
