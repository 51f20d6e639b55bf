import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  decodePosterior,
  drawWeights,
  exportFormats,
  importPosterior,
  type Posterior,
  posteriorMean,
} from '../../src/bayes/index.ts';
import { decodeNpz } from '../../src/data/index.ts';
import { buildNetwork, type LayerSpec } from '../../src/network/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { modelOf } from '../support/model.ts';
import { lacking, missingPackages, pythonSession } from '../support/python.ts';
import { docBlocks, docShell, writeExperiment } from './support/doc-blocks.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const needed = ['numpy', 'torch', 'torchbnn', 'bayesian_torch', 'safetensors', 'jax', 'numpyro', 'onnxruntime'];
const missing = missingPackages(...needed);

/**
 * What the framework itself says of the posterior that a snippet has just made, by the run directory of the import:
 * `inputs` [N, …] and `logits` [members, N, outputs], of the mean network where there are no members, and `spread`
 * [N, outputs], the standard deviation of the logits over draws of the weights.
 */
const references: Readonly<Record<string, string>> = {
  'runs/ensemble': `
from safetensors.torch import load_file
inputs, logits = x[::20], []
for i in range(10):
    net.load_state_dict(load_file(f'members/{i}.safetensors'))
    logits.append(net(inputs).detach().numpy())`,
  'runs/torchbnn': `
inputs = x[::20]
spread = torch.stack([net(inputs) for _ in range(2000)]).std(0).detach().numpy()
for module in (net[0], net[2]):
    module.weight_log_sigma.data.fill_(-np.inf); module.bias_log_sigma.data.fill_(-np.inf)
logits = [net(inputs).detach().numpy()]`,
  'runs/bayesian-torch': `
inputs = x[::20]
spread = torch.stack([net(inputs) for _ in range(2000)]).std(0).detach().numpy()
for name, parameter in net.named_parameters():
    if 'rho' in name: parameter.data.fill_(-np.inf)
logits = [net(inputs).detach().numpy()]`,
  'runs/numpyro': `
inputs = data['x'][::20]
flat = mcmc.get_samples()
def logits_of(draw):
    seen = numpyro.handlers.trace(numpyro.handlers.substitute(model, draw)).get_trace(inputs, data['y'][::20])
    return np.asarray(seen['y']['fn'].logits)
logits = [logits_of({name: value[s] for name, value in flat.items()}) for s in range(200)]`,
  'runs/guide': `
inputs = data['x'][::20]
def logits_of(draw):
    seen = numpyro.handlers.trace(numpyro.handlers.substitute(model, draw)).get_trace(inputs, data['y'][::20])
    return np.asarray(seen['y']['fn'].logits)
logits = [logits_of(guide.median(result.params))]
draws = guide.sample_posterior(random.PRNGKey(3), result.params, sample_shape=(1000,))
spread = np.std([logits_of({name: value[s] for name, value in draws.items()}) for s in range(1000)], 0, ddof=1)`,
  'runs/lenet': `
from safetensors.torch import load_file
inputs, logits = torch.tensor(data['xTest'][::10]), []
other = Sequential(*net).eval()
for i in range(3):
    other.load_state_dict(load_file(f'lenets/{i}.safetensors'))
    logits.append(other(inputs).detach().numpy())
torch.save(other.state_dict(), 'model.pt')`,
  'runs/resnet': `
net.eval()
inputs = torch.tensor(data['xTest'][::10])
with torch.no_grad(): spread = torch.stack([net(inputs) for _ in range(1000)]).std(0).numpy()
for name, parameter in net.named_parameters():
    if 'rho' in name: parameter.data.fill_(-np.inf)
logits = [net(inputs).detach().numpy()]`,
  'runs/small': `
from numpyro.infer import Predictive
inputs = data['xTest'][::10]
weights = {name: draws[name] for name in ('w1', 'b1', 'w2', 'b2')}
logits = np.asarray(Predictive(model, weights)(random.PRNGKey(0), inputs.transpose(0, 2, 3, 1))['logits'])`,
};

const layersOf: Readonly<Record<string, readonly string[]>> = {
  moons: ['dense 16 tanh', 'dense 2'],
  lenet: ['conv2d 6 3 relu padding=1', 'maxpool 2', 'conv2d 12 3 relu', 'maxpool 2', 'dense 24 relu', 'dense 3'],
  resnet: [
    'conv2d 8 3 relu padding=1',
    'residual [conv2d 16 3 relu padding=1 stride=2, conv2d 16 3 padding=1] relu',
    'avgpool all',
    'dense 3',
  ],
  small: ['conv2d 4 3 relu stride=2', 'dense 3'],
};

/** Largest difference between our logits and the framework's, over the largest logit. */
function largestDifference(posterior: Posterior, layers: readonly (string | LayerSpec)[], reference: string): number {
  const { inputs, logits } = decodeNpz(new Uint8Array(readFileSync(reference)), reference);
  const [members, count, outputs] = logits!.shape as [number, number, number];
  const network = buildNetwork(layers, inputs!.shape.slice(1));
  const weights = posterior.kind === 'samples' ? posterior.samples : posteriorMean(posterior);
  const ours = new Float32Array(members * count * outputs);
  expect(weights.length).toBe(members * network.size);
  network.predict(ours, weights, members, inputs!.data as Float32Array, count);
  const theirs = logits!.data as Float32Array;
  const largest = theirs.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  return ours.reduce((most, v, i) => Math.max(most, Math.abs(v - theirs[i]!)), 0) / largest;
}

/** Mean over inputs and outputs of the logits' spread over draws: ours over the framework's; 1 where it gave none. */
function spreadRatio(posterior: Posterior, layers: readonly (string | LayerSpec)[], reference: string): number {
  const { inputs, spread } = decodeNpz(new Uint8Array(readFileSync(reference)), reference);
  if (spread === undefined || posterior.kind !== 'moments') return 1;
  const network = buildNetwork(layers, inputs!.shape.slice(1));
  const [count, draws] = [inputs!.shape[0]!, 1000];
  const values = new Float32Array(draws * count * network.outputs);
  network.predict(values, drawWeights(keyOf(1), posterior, draws), draws, inputs!.data as Float32Array, count);
  let ours = 0;
  let theirs = 0;
  for (let k = 0; k < count * network.outputs; k++) {
    let [mean, square] = [0, 0];
    for (let s = 0; s < draws; s++) {
      const value = values[s * count * network.outputs + k]!;
      mean += value / draws;
      square += (value * value) / draws;
    }
    ours += Math.sqrt((square - mean * mean) * (draws / (draws - 1)));
    theirs += Number(spread.data[k]);
  }
  return ours / theirs;
}

describe(`docs/import.md as printed${lacking(missing)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-import-'));
  const session = missing.length === 0 ? pythonSession(folder) : undefined;
  afterAll(() => session?.close());

  test.skipIf(missing.length > 0)('every snippet and command runs, and predictions agree', async () => {
    const run = docShell(folder);
    const differences: Record<string, number> = {};
    const spreads: Record<string, number> = {};
    const printed: string[] = [];
    for (const block of docBlocks('import.md')) {
      const { language, code } = block;
      if (language === 'yaml') {
        writeExperiment(folder, block);
      } else if (language === 'python') {
        // A block without imports of its own goes on with what stands above it.
        const out = await session!.run(code, code.startsWith('import '));
        if (out) printed.push(out);
      } else if (language === 'sh') {
        const out = run(code);
        const [, experiment, directory] = /import posterior (\w+)\.yaml \S+ --out (\S+)/.exec(code) ?? [];
        const reference = references[directory!];
        if (!reference) continue;
        expect(out).toContain('Posterior (');
        await session!.run(
          `${reference}\nnp.savez('reference.npz', inputs=np.asarray(inputs), logits=np.asarray(logits, 'f4'), **({'spread': spread} if 'spread' in globals() else {}))`,
        );
        const posterior = decodePosterior(
          new Uint8Array(readFileSync(join(folder, directory!, 'posterior.safetensors'))),
        );
        const layers = layersOf[experiment!]!;
        differences[directory!] = largestDifference(posterior, layers, join(folder, 'reference.npz'));
        spreads[directory!] = spreadRatio(posterior, layers, join(folder, 'reference.npz'));
      }
    }
    console.log(
      'largest difference of logits, relative',
      differences,
      'spread of logits, ours over theirs',
      spreads,
      printed,
    );
    expect(Object.keys(differences)).toEqual(Object.keys(references));
    for (const [directory, difference] of Object.entries(differences)) {
      expect(difference, directory).toBeLessThan(1e-5);
      // 1,000 draws each: 2 % per entry, less on average over entries.
      expect(Math.abs(spreads[directory]! - 1), directory).toBeLessThan(0.05);
    }
    // Our predictions of a member and of the same weights back in PyTorch; the accuracy of the mean network in ONNX Runtime.
    const [same, back, accuracy] = printed.map(Number);
    expect(same).toBeLessThan(1e-4);
    expect(back).toBeLessThan(1e-4);
    expect(accuracy).toBeGreaterThan(0.9);
  });
});

describe(`networks of PyTorch, torchbnn and bayesian-torch${lacking(missing)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-networks-'));
  const session = missing.length === 0 ? pythonSession(folder) : undefined;
  afterAll(() => session?.close());

  test.skipIf(missing.length > 0)('say the same here, and as ONNX in ONNX Runtime', async () => {
    const script = readFileSync(join(root, 'test/validation/support/networks.py'), 'utf8');
    const networks = JSON.parse(await session!.run(script, true)) as [string, (string | LayerSpec)[]][];
    const differences: Record<string, readonly [here: number, inRuntime: number]> = {};
    for (const [i, [name, layers]] of networks.entries()) {
      const path = join(folder, `network${i}`);
      const { inputs, logits } = decodeNpz(new Uint8Array(readFileSync(`${path}.npz`)), name);
      const model = modelOf(layers, inputs!.shape.slice(1), logits!.shape[2]!);
      const bytes = new Uint8Array(readFileSync(`${path}.safetensors`));
      const { posterior } = importPosterior([{ name, bytes }], model);
      const onnx = exportFormats.onnx!.encode(posterior, model.network, { layout: 'input-first', metadata: {} });
      writeFileSync(`${path}.onnx`, onnx);
      const code = `
import onnxruntime
session = onnxruntime.InferenceSession('network${i}.onnx', providers=['CPUExecutionProvider'])
check = np.load('network${i}.npz')
print(np.abs(session.run(['logits'], {'input': check['inputs']})[0] - check['logits']).max() / np.abs(check['logits']).max())`;
      const here = largestDifference(posterior, layers, `${path}.npz`);
      differences[name] = [here, Number(await session!.run(code))];
    }
    console.log('largest difference of logits, relative: here, in ONNX Runtime', differences);
    expect(networks.length).toBe(8);
    for (const [name, [here, inRuntime]] of Object.entries(differences)) {
      expect(here, name).toBeLessThan(1e-5);
      expect(inRuntime, name).toBeLessThan(1e-5);
    }
  });
});
