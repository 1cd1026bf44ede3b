"""Reads image paths, one a line, with rapidocr on one thread; answers `{"cpuMs", "lines"}` in JSON, one a line."""

import json
import logging
import sys
import time

from rapidocr import ModelType, OCRVersion, RapidOCR

logging.disable(logging.INFO)
answers, sys.stdout = sys.stdout, sys.stderr
engine = RapidOCR(
    params={
        "Det.ocr_version": OCRVersion.PPOCRV6,
        "Rec.ocr_version": OCRVersion.PPOCRV6,
        "Det.model_type": ModelType.SMALL,
        "Rec.model_type": ModelType.SMALL,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
)
for line in sys.stdin:
    before = time.process_time()
    result = engine(line.strip())
    cpu_ms = (time.process_time() - before) * 1000
    print(json.dumps({"cpuMs": cpu_ms, "lines": list(result.txts or [])}), file=answers, flush=True)
