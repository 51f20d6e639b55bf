"""The works of bench/compare.ts in NumPy, SciPy, PyTorch and IBM's kit, on the number of threads given.

Reads names from standard input, a line each, and answers each with one line: the wall and processor time of one run in
milliseconds, the least of a spell, or what is missing. Every peer does the work as its own users would.
"""

import json
import os
import sys
import time

threads = int(sys.argv[1])
for name in ('OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'OMP_NUM_THREADS'):
    os.environ[name] = str(threads)

import numpy as np

try:
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(threads)
    torch.manual_seed(1)
except Exception:
    torch = None

single = np.float32
rng = np.random.default_rng(1)


def numbers(*shape):
    return rng.standard_normal(shape, dtype=single)


def numpy_product(m, n, k):
    a, b, c = numbers(m, k), numbers(k, n), np.empty((m, n), single)
    return lambda: np.matmul(a, b, out=c)


def torch_product(m, n, k):
    a, b, c = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
    return lambda: torch.matmul(a, b, out=c)


def numpy_noisy():
    x, w, v = numbers(1000, 784), numbers(784, 512), np.full((784, 512), 1e-4, single)

    def run():
        spread = np.sqrt((x * x) @ v)
        spread *= rng.standard_normal(spread.shape, dtype=single)
        spread += x @ w

    return run


def numpy_program():
    g = rng.random(1_000_000, dtype=single)

    def run():
        s = np.maximum(0.26348 + 1.965 * g - 1.1731 * g * g, 0)
        np.maximum(25 * g + s * rng.standard_normal(g.size, dtype=single), 0)
        m = np.clip(-0.0155 * np.log(g + single(1e-9)) + 0.0244, 0.049, 0.1)
        v = np.clip(-0.0125 * np.log(g + single(1e-9)) - 0.0059, 0.008, 0.045)
        np.abs(m + v * rng.standard_normal(g.size, dtype=single))

    return run


def numpy_age():
    p, nu = rng.random(1_000_000, dtype=single), rng.random(1_000_000, dtype=single) * single(0.1)
    return lambda: p * single(86420 / 20) ** -nu


def scipy_fit():
    from fit_scipy import fitted

    levels, cells, times = 16, 250, np.array([60, 360, 2160, 12960, 86400.0])
    g = np.arange(1, levels + 1) / levels
    first = 25 * g[:, None] + (0.26 + 1.97 * g - 1.17 * g * g)[:, None] * rng.standard_normal((levels, cells))
    exponents = np.abs(0.05 + 0.008 * rng.standard_normal((levels, cells)))
    reads = (np.abs(first)[..., None] * ((times + 20) / 20) ** -exponents[..., None]).reshape(-1)
    target, cell = np.repeat(25 * g, cells * times.size), np.repeat(np.arange(levels * cells), times.size)
    return lambda: fitted(reads, target, cell, np.tile(times, levels * cells))


def kit_program():
    from aihwkit.inference.noise.pcm import PCMLikeNoiseModel

    model = PCMLikeNoiseModel(g_max=25.0)
    g = 25 * torch.rand(1_000_000)

    def run():
        model.apply_programming_noise_to_conductance(g)
        model.generate_drift_coefficients(g)

    return run


def local_layer(inputs, outputs):
    """A dense layer whose outputs are drawn: its parameters, and its forward pass."""
    mean = nn.Parameter(torch.randn(inputs, outputs) / inputs**0.5)
    log_std = nn.Parameter(torch.full((inputs, outputs), -3.0))
    bias, bias_log_std = nn.Parameter(torch.zeros(outputs)), nn.Parameter(torch.full((outputs,), -3.0))

    def forward(x):
        centre = torch.addmm(bias, x, mean)
        spread = torch.addmm((2 * bias_log_std).exp(), x * x, (2 * log_std).exp())
        return centre + spread.sqrt() * torch.randn_like(centre)

    return [(mean, log_std), (bias, bias_log_std)], forward


def flipped_layer(channels, outputs, kernel, padding):
    """A convolution with one draw of its deviations for all rows, and signs by row and channel."""
    mean = nn.Parameter(torch.randn(outputs, channels, kernel, kernel) / (channels * kernel**2) ** 0.5)
    log_std = nn.Parameter(torch.full_like(mean.data, -3.0))
    bias, bias_log_std = nn.Parameter(torch.zeros(outputs)), nn.Parameter(torch.full((outputs,), -3.0))

    def signs(rows, count):
        return torch.randint(0, 2, (rows, count, 1, 1)).float() * 2 - 1

    def forward(x):
        centre = F.conv2d(x, mean, bias, padding=padding)
        weight = log_std.exp() * torch.randn_like(mean)
        offset = bias_log_std.exp() * torch.randn_like(bias)
        off = F.conv2d(x * signs(len(x), channels), weight, offset, padding=padding)
        return centre + off * signs(len(x), outputs)

    return [(mean, log_std), (bias, bias_log_std)], forward


def divergence(pairs):
    return sum(0.5 * ((2 * s).exp() + m * m - 1 - 2 * s).sum() for m, s in pairs)


def stepper(parameters, loss):
    adam = torch.optim.Adam(parameters, lr=1e-3, fused=True)

    def run():
        loss().backward()
        adam.step()
        adam.zero_grad(set_to_none=True)

    return run


def data(shape, batch):
    inputs = (torch.rand(4 * batch, *shape) - 0.8).clamp(min=0)
    labels = torch.arange(4 * batch) % 10
    return lambda: (lambda rows: (inputs[rows], labels[rows]))(torch.randperm(4 * batch)[:batch])


def torch_mean_field():
    (first, one), (second, two) = local_layer(784, 256), local_layer(256, 10)
    pairs, draw = first + second, data((784,), 256)

    def loss():
        x, y = draw()
        return 4 * F.cross_entropy(two(torch.relu(one(x))), y, reduction='sum') + divergence(pairs)

    return stepper([p for pair in pairs for p in pair], loss)


def torch_lenet_mean_field():
    layers = [flipped_layer(1, 6, 5, 2), flipped_layer(6, 16, 5, 0)]
    layers += [local_layer(i, o) for i, o in [(400, 120), (120, 84), (84, 10)]]
    pairs, draw = [pair for held, _ in layers for pair in held], data((1, 28, 28), 128)
    first, second, *dense = [forward for _, forward in layers]

    def loss():
        x, y = draw()
        x = F.max_pool2d(torch.relu(first(x)), 2)
        x = F.max_pool2d(torch.relu(second(x)), 2).flatten(1)
        x = dense[2](torch.relu(dense[1](torch.relu(dense[0](x)))))
        return 4 * F.cross_entropy(x, y, reduction='sum') + divergence(pairs)

    return stepper([p for pair in pairs for p in pair], loss)


def lenet():
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


def torch_lenet_map():
    network, draw = lenet(), data((1, 28, 28), 128)

    def loss():
        x, y = draw()
        decay = sum((p * p).sum() for p in network.parameters())
        return 4 * F.cross_entropy(network(x), y, reduction='sum') + 0.5 * decay

    return stepper(list(network.parameters()), loss)


def vgg():
    layers, channels = [], 3
    for outputs in (32, 64, 128):
        for _ in range(2):
            layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU()]
            channels = outputs
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, 128), nn.ReLU(), nn.Linear(128, 10))


class Block(nn.Module if torch else object):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1), nn.GroupNorm(outputs // 8, outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1), nn.GroupNorm(outputs // 8, outputs),
        )
        self.shortcut = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1, stride)

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet():
    head = [nn.Conv2d(3, 16, 3, padding=1), nn.GroupNorm(2, 16), nn.ReLU()]
    blocks = [Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2)]
    return nn.Sequential(*head, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def torch_passes(build, shape, rows, samples):
    networks = [build().eval() for _ in range(samples)]
    x = torch.rand(rows, *shape)

    def run():
        with torch.inference_mode():
            for network in networks:
                network(x)

    return run


works = {
    'product 1024, NumPy': lambda: numpy_product(1024, 1024, 1024),
    'product 1024, PyTorch': lambda: torch_product(1024, 1024, 1024),
    'product 784×512, NumPy': lambda: numpy_product(1000, 512, 784),
    'product 784×512, PyTorch': lambda: torch_product(1000, 512, 784),
    'noisy 784×512, NumPy': numpy_noisy,
    'mean-field step, PyTorch': torch_mean_field,
    'LeNet-5 mean-field step, PyTorch': torch_lenet_mean_field,
    'LeNet-5 MAP step, PyTorch': torch_lenet_map,
    'LeNet-5 prediction, PyTorch': lambda: torch_passes(lenet, (1, 28, 28), 1000, 10),
    'ResNet-8 passes, PyTorch': lambda: torch_passes(resnet, (3, 32, 32), 64, 4),
    'small VGG passes, PyTorch': lambda: torch_passes(vgg, (3, 32, 32), 64, 4),
    'program, NumPy': numpy_program,
    "program, IBM's kit": kit_program,
    'age, NumPy': numpy_age,
    'fit, NumPy and SciPy': scipy_fit,
}


def spell(run, seconds=0.15):
    wall = processor = float('inf')
    end = time.perf_counter() + seconds
    while True:
        start, used = time.perf_counter(), time.process_time()
        run()
        wall = min(wall, time.perf_counter() - start)
        processor = min(processor, time.process_time() - used)
        if time.perf_counter() > end:
            return {'wall': wall * 1e3, 'processor': processor * 1e3}


made = {}
for line in sys.stdin:
    name = line.rstrip('\n')
    try:
        if name not in made:
            made[name] = works[name]()
            made[name]()
        print(json.dumps(spell(made[name])), flush=True)
    except Exception as error:
        print(json.dumps({'missing': f'{type(error).__name__}: {error}'}), flush=True)
