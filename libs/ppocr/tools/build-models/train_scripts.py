"""Trains what tells the script of a line from what the recogniser saw of it, and adds it to the built recognisers.

One linear layer (softmax regression) on the means, greatest values and deviations over the frames of 120 features.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper
from PIL import Image

from render_lines import NUMBER, TURNED, Lines
from script_output import add_outputs, features_of

# How many times as many lines there are of these: they are the most common, or the most varied.
WEIGHTS = {"Latn": 3, NUMBER: 3, TURNED: 2, "Hani": 2, "Cyrl": 2}
PENALTY, STEPS, RATE = 1e-3, 600, 0.03


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=Path, required=True, help="what words.ts wrote")
    parser.add_argument("--models", type=Path, required=True, help="what build.py and scripts.py wrote")
    parser.add_argument("--lines", type=int, default=900, help="of each script")
    options = parser.parse_args()
    for height in (48, 32):
        path = options.models / f"rec-small-int8-{height}.onnx"
        model = onnx.load(path)
        lines = Lines(options.words, seed=height)
        classes = [*lines.scripts, NUMBER, TURNED]
        seen, labels = look(model, lines, classes, options.lines, height)
        test = np.random.default_rng(0).random(len(labels)) < 0.1
        weights, bias = fit(seen[~test], labels[~test], len(classes))
        right = (seen[test] @ weights + bias).argmax(1) == labels[test]
        print(f"{height} high: {right.mean():.3f} of single lines right")
        add_outputs(model, weights, bias)
        onnx.save(model, path)
    manifest = options.models / "scripts/scripts.json"
    heights = json.loads(manifest.read_text())["heights"]
    manifest.write_text(json.dumps({"classes": classes, "heights": heights}, indent=2) + "\n")


def look(model: onnx.ModelProto, lines: Lines, classes: list[str], count: int, height: int):
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    name = features_of(model)
    probe.graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(probe.SerializeToString(), options)
    seen, labels = [], []
    for label, script in enumerate(classes):
        for _ in range(count * WEIGHTS.get(script, 1)):
            (features,) = session.run([name], {session.get_inputs()[0].name: planes(lines.draw(script), height)})[0]
            seen.append(np.concatenate([features.mean(0), features.max(0), features.std(0)]))
            labels.append(label)
    return np.array(seen), np.array(labels)


def planes(line: Image.Image, height: int) -> np.ndarray:
    # Widths are reckoned at 48 high, whatever the height.
    width = max(16, round(line.width * 48 / line.height))
    grey = np.asarray(line.resize((width, height), Image.BILINEAR), np.float32) / 127.5 - 1
    return np.pad(grey, ((0, 0), (0, -width % 8)))[None, None].repeat(3, axis=1)


def fit(seen: np.ndarray, labels: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Softmax regression by Adam (Kingma and Ba, ICLR 2015), on features of mean 0 and deviation 1."""
    mean, deviation = seen.mean(0), seen.std(0) + 1e-3
    inputs, wanted = (seen - mean) / deviation, np.eye(classes, dtype=np.float32)[labels]
    parameters = [np.zeros((inputs.shape[1], classes)), np.zeros(classes)]
    first, second = [0.0, 0.0], [0.0, 0.0]
    for step in range(1, STEPS + 1):
        logits = inputs @ parameters[0] + parameters[1]
        exponents = np.exp(logits - logits.max(1, keepdims=True))
        errors = (exponents / exponents.sum(1, keepdims=True) - wanted) / len(labels)
        for i, slope in enumerate([inputs.T @ errors + PENALTY * parameters[0], errors.sum(0)]):
            first[i] = 0.9 * first[i] + 0.1 * slope
            second[i] = 0.999 * second[i] + 0.001 * slope**2
            rate = RATE * (1 - 0.9 * step / STEPS)
            parameters[i] -= rate * (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
    weights = parameters[0] / deviation[:, None]
    return weights, parameters[1] - mean @ weights


if __name__ == "__main__":
    main()
