"""Milliseconds of one mean-field training step of 784-256-10 with 256 rows in PyTorch, two threads, the least of several rounds.

Local reparameterisation, Adam on means and ln spreads, the divergence in closed form: the step that `bench/training.ts` times.
"""
import json
import time

import torch

torch.set_num_threads(2)
torch.manual_seed(1)


class Gaussian(torch.nn.Module):
    """A linear layer with independent Gaussian weights, whose outputs are drawn."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.mean = torch.nn.Parameter(torch.randn(inputs, outputs) / inputs**0.5)
        self.bias = torch.nn.Parameter(torch.zeros(outputs))
        self.log_std = torch.nn.Parameter(torch.full((inputs, outputs), -3.0))
        self.bias_log_std = torch.nn.Parameter(torch.full((outputs,), -3.0))

    def forward(self, x):
        centre = torch.addmm(self.bias, x, self.mean)
        spread = torch.addmm((2 * self.bias_log_std).exp(), x * x, (2 * self.log_std).exp())
        return centre + spread.sqrt() * torch.randn_like(centre)

    def divergence(self):
        pairs = ((self.mean, self.log_std), (self.bias, self.bias_log_std))
        return sum(0.5 * ((2 * s).exp() + m * m - 1 - 2 * s).sum() for m, s in pairs)


first, second = Gaussian(784, 256), Gaussian(256, 10)
parameters = [*first.parameters(), *second.parameters()]
inputs = (torch.rand(1024, 784) - 0.8).clamp(min=0)
labels = torch.arange(1024) % 10


def milliseconds(fused):
    adam = torch.optim.Adam(parameters, lr=1e-3, fused=fused)

    def step():
        rows = torch.randperm(1024)[:256]
        logits = second(torch.relu(first(inputs[rows])))
        loss = 4 * torch.nn.functional.cross_entropy(logits, labels[rows], reduction='sum')
        (loss + first.divergence() + second.divergence()).backward()
        adam.step()
        adam.zero_grad(set_to_none=True)

    for _ in range(30):
        step()
    least = float('inf')
    for _ in range(12):
        start = time.perf_counter()
        for _ in range(20):
            step()
        least = min(least, (time.perf_counter() - start) / 20 * 1000)
    return least


print(json.dumps({'version': torch.__version__, 'milliseconds': min(milliseconds(False), milliseconds(True))}))
