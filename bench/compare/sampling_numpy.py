"""Microseconds per input and sample of a prediction of 784-256-10 by frozen copies with read noise and 8-bit converters in NumPy.

Tiles of 256 word lines, each summed, its variance with it, noise drawn, converted and added: the work that `bench/sampling.ts`
times. Prints the least of several rounds, in time of the wall clock and of the processor.
"""
import json
import time

import numpy as np

ROWS, COPIES, TILE, ROUNDS = 512, 10, 256, 5
single = np.float32
rng = np.random.default_rng(1)
weights = [rng.standard_normal((COPIES, k, n), dtype=single) * single(0.05) for k, n in [(785, 256), (257, 10)]]
variances = [np.full_like(w, 1e-4) for w in weights]
inputs = rng.standard_normal((ROWS, 784), dtype=single)


def convert(y, step, low, high):
    np.clip(y, low, high, out=y)
    y -= single(low)
    y /= single(step)
    np.rint(y, out=y)
    y *= single(step)
    y += single(low)
    return y


def layer(x, w, v):
    driven = np.concatenate([convert(x.copy(), 0.03, -4, 4), np.ones((len(x), 1), single)], 1)
    out = np.zeros((len(x), w.shape[1]), single)
    for first in range(0, driven.shape[1], TILE):
        part = driven[:, first : first + TILE]
        sums = part @ w[first : first + TILE]
        noise = np.sqrt((part * part) @ v[first : first + TILE])
        noise *= rng.standard_normal(noise.shape, dtype=single)
        sums += noise
        out += convert(sums, 0.03, -4, 4)
    return out


def predict():
    for copy in range(COPIES):
        hidden = np.maximum(layer(inputs, weights[0][copy], variances[0][copy]), 0)
        layer(hidden, weights[1][copy], variances[1][copy])


wall, processor = float("inf"), float("inf")
for _ in range(ROUNDS):
    start, used = time.perf_counter(), time.process_time()
    predict()
    wall = min(wall, time.perf_counter() - start)
    processor = min(processor, time.process_time() - used)
scale = 1e6 / ROWS / COPIES
print(json.dumps({"wall": wall * scale, "processor": processor * scale}))
