"""Eight-bit numbers: activations by range to 0..255, weights by channel to signed."""

import numpy as np


def activation_scale(low: float, high: float) -> tuple[np.float32, np.uint8]:
    """Step and zero point that spread [low, high] over 0..255 (asymmetric, per tensor)."""
    scale = np.float32(max((high - low) / 255, 1e-6))
    return scale, np.uint8(np.clip(round(-low / scale), 0, 255))


def quantise_weights(weights: np.ndarray, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (outputs first) to -levels..levels with a step for each output channel (symmetric).

    With 64 levels, 255 * 64 * 2 = 32,640 fits 16 bits: VPMADDUBSW of x86 without VNNI cannot saturate.
    """
    flat = weights.reshape(len(weights), -1).astype(np.float32)
    steps = np.maximum(np.abs(flat).max(axis=1) / levels, 1e-9).astype(np.float32)
    rounded = np.clip(np.round(flat / steps[:, None]), -levels, levels).astype(np.int8)
    return rounded.reshape(weights.shape), steps
