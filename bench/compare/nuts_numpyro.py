"""The models of bench/nuts.ts in NumPyro.

    python nuts_numpyro.py IN.npz OUT.npz --chains 4 --warmup 500 --draws 1000 --method parallel

IN.npz: `inputs` [rows, features], `labels` [rows], `layers` (units of each dense layer; tanh between them, softmax
last). Weights and offsets have the prior N(0, 1). Writes the draws to OUT.npz as `draws` [chains, draws, weights], in the order in which
posterohm keeps them, and prints seconds of the first run, which compiles, and the least of two more, which do not.
"""

import argparse
import json
import os
import time

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument('source')
parser.add_argument('target')
parser.add_argument('--chains', type=int, default=4)
parser.add_argument('--warmup', type=int, default=500)
parser.add_argument('--draws', type=int, default=1000)
parser.add_argument('--method', default='parallel', choices=['parallel', 'vectorized', 'sequential'])
parser.add_argument('--dense', action='store_true', help='dense mass matrix')
parser.add_argument('--double', action='store_true', help='double precision')
options = parser.parse_args()

if options.method == 'parallel':
    os.environ['XLA_FLAGS'] = f'--xla_force_host_platform_device_count={options.chains}'
os.environ.setdefault('JAX_PLATFORMS', 'cpu')

import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS, init_to_value

if options.double:
    jax.config.update('jax_enable_x64', True)

data = np.load(options.source)
number = jnp.float64 if options.double else jnp.float32
X = jnp.asarray(data['inputs'], number)
y = jnp.asarray(data['labels'])
widths = [X.shape[1], *(int(n) for n in data['layers'])]
names = [f'{kind}{i}' for i in range(len(widths) - 1) for kind in ('weight', 'bias')]


def model(X, y):
    h = X
    for i, (rows, columns) in enumerate(zip(widths[:-1], widths[1:])):
        weight = numpyro.sample(f'weight{i}', dist.Normal(0, 1).expand([rows, columns]).to_event(2))
        bias = numpyro.sample(f'bias{i}', dist.Normal(0, 1).expand([columns]).to_event(1))
        h = h @ weight + bias
        if i < len(widths) - 2:
            h = jnp.tanh(h)
    with numpyro.plate('rows', X.shape[0]):
        numpyro.sample('y', dist.Categorical(logits=h), obs=y)


mcmc = MCMC(
    NUTS(model, dense_mass=options.dense),
    num_warmup=options.warmup,
    num_samples=options.draws,
    num_chains=options.chains,
    chain_method=options.method,
    progress_bar=False,
)


def run(seed):
    start = time.perf_counter()
    mcmc.run(jax.random.PRNGKey(seed), X, y, extra_fields=('num_steps', 'diverging', 'adapt_state.step_size'))
    jax.block_until_ready(mcmc.get_samples())
    return time.perf_counter() - start


first = run(0)
again = min(run(1), run(1))
samples = mcmc.get_samples(group_by_chain=True)
fields = mcmc.get_extra_fields()
shape = (options.chains, options.draws, -1)
draws = np.concatenate([np.asarray(samples[name], np.float64).reshape(shape) for name in names], axis=-1)
np.savez(options.target, draws=draws)
print(
    json.dumps(
        {
            'numpyro': numpyro.__version__,
            'first': first,
            'again': again,
            'stepsPerDraw': float(np.mean(fields['num_steps'])),
            'divergences': int(np.sum(fields['diverging'])),
        }
    )
)
