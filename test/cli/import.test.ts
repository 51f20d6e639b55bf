import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { decodePosterior, type Posterior } from '../../src/bayes/index.ts';
import { encodeNpz, encodeSafetensors, type NdArray, ndArray } from '../../src/data/index.ts';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

/** The state dictionary of a network 2–4–2 in the naming and layout of PyTorch, made of a sine. */
function member(phase: number): Record<string, NdArray> {
  const filled = (...shape: number[]) =>
    ndArray(
      shape,
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + phase)),
    );
  return { 'fc1.weight': filled(4, 2), 'fc1.bias': filled(4), 'fc2.weight': filled(2, 4), 'fc2.bias': filled(2) };
}

const posteriorOf = (directory: string): Posterior =>
  decodePosterior(new Uint8Array(readFileSync(join(directory, 'posterior.safetensors'))));

const json = async (...argv: string[]) => {
  const { status, out, err } = await posterohm(...argv, '--json', '--quiet');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out);
};

describe('layers take the numbers of a file where the network says so', () => {
  const channels = (...values: number[]) => ndArray([values.length], Float32Array.from(values));
  const state = {
    ...member(0),
    'norm.weight': channels(2, 1, 1, -1),
    'norm.bias': channels(0, 0.5, 0, 0),
    'act.weight': channels(0.25, 1, 0, 0.5),
    'bn.weight': channels(1.5, -0.75, 1, 1),
    'bn.bias': channels(0, 0, 0, 1),
    'bn.running_mean': channels(0.25, -0.5, 0.125, 0),
    'bn.running_var': channels(2, 0.5, 1, 4),
    'bn.num_batches_tracked': ndArray([], Int32Array.of(7)),
  };
  const declared = (layers: string) =>
    smallExperiment({ network: `{ layers: [dense 4, ${layers}, dense 2] }`, posterior: '{ method: map }' });
  const other = { ...state, 'act.weight': channels(0.25, 1, 0, 0.6) };
  const folder = folderWith({
    'named.yaml': declared('groupnorm 2 from=norm, prelu from=act, batchnorm tanh from=bn'),
    'spelt.yaml': declared(
      '{ kind: groupnorm, groups: 2, scale: [2, 1, 1, -1], shift: [0, 0.5, 0, 0] }, { kind: prelu, slope: [0.25, 1, 0, 0.5] }, ' +
        '{ kind: batchnorm, mean: [0.25, -0.5, 0.125, 0], variance: [2, 0.5, 1, 4], scale: [1.5, -0.75, 1, 1], shift: [0, 0, 0, 1], activation: tanh }',
    ),
    'unknown.yaml': declared('prelu from=acts'),
    'both.yaml': declared('prelu 0.1 from=act'),
    'empty.yaml': declared('prelu from='),
    'net.npz': encodeNpz(state),
    'bare.npz': encodeNpz(member(0)),
    'other.npz': encodeNpz(other),
  });
  const at = (name: string) => join(folder, name);

  test('as where the experiment spells them out', async () => {
    await json('import', 'posterior', at('named.yaml'), at('net.npz'), '--out', at('named'));
    await json('import', 'posterior', at('spelt.yaml'), at('bare.npz'), '--out', at('spelt'));
    const named = (await json('evaluate', at('named'))).hardware;
    const spelt = (await json('evaluate', at('spelt'))).hardware;
    expect(Object.keys(named)).not.toHaveLength(0);
    expect(named).toEqual(spelt);
  });

  test.each([
    [
      'unknown.yaml',
      'net.npz',
      "network.layers.1.from: the file has no 'acts.weight'; name the module as the file does",
    ],
    ['named.yaml', 'net.npz other.npz', "'act.weight' is not that of"],
    ['both.yaml', 'net.npz', 'names a module for numbers that stand here too: slope; give one of both'],
    ['empty.yaml', 'net.npz', "layer 'prelu from=': from: must have at least 1 character"],
  ])('%s of %s is refused', async (experiment, files, sentence) => {
    const paths = [experiment, ...files.split(' ')].map(at);
    const { status, err } = await posterohm('import', 'posterior', ...paths, '--out', at('none'), '--quiet');
    expect(status).toBe(2);
    expect(err).toContain(sentence);
  });
});

describe('what is exported comes back', async () => {
  const folder = folderWith({ 'small.yaml': smallExperiment() });
  const experiment = join(folder, 'small.yaml');
  const trained = join(folder, 'trained');
  await posterohm('run', experiment, '--out', trained, '--quiet');
  const original = posteriorOf(trained);

  test.each([
    ['safetensors', 'input-first'],
    ['safetensors', 'output-first'],
    ['npz', 'input-first'],
    ['npz', 'output-first'],
  ])('%s, %s', async (format, layout) => {
    const file = join(folder, `${layout}.${format}`);
    const written = await json('export', 'posterior', trained, '--layout', layout, '--out', file);
    expect(written).toMatchObject({
      schema: 'posterohm/export-posterior/1',
      format,
      layout,
      kind: 'samples',
      weights: 22,
    });
    const how = layout === 'output-first' ? ['--layout', layout] : [];
    const out = join(folder, `${layout}-${format}`);
    const document = await json('import', 'posterior', experiment, file, '--out', out, ...how);
    expect(document).toMatchObject({
      schema: 'posterohm/import-posterior/1',
      format: 'posterohm',
      draws: 120,
      chains: 2,
    });
    const { method, info, ...rest } = posteriorOf(out);
    expect(rest).toEqual((({ method: _method, info: _info, ...own }) => own)(original));
    if (format === 'safetensors' && layout === 'input-first')
      expect({ method, info }).toMatchObject({ method: 'nuts' });
  });

  test('and gives the same chips, predictions and figures', async () => {
    const file = join(folder, 'again.npz');
    await json('export', 'posterior', trained, '--out', file);
    const out = join(folder, 'again');
    await json('import', 'posterior', experiment, file, '--out', out);
    for (const verb of ['transfer', 'predict', 'evaluate']) await json(verb, out);
    for (const name of ['plan.parquet', 'chips/chip-01.safetensors', 'evaluation.json', 'prediction.npz']) {
      expect(readFileSync(join(out, name)).equals(readFileSync(join(trained, name))), name).toBe(true);
    }
    const report = readFileSync(join(out, 'report.html'), 'utf8');
    expect(report).toContain('was trained elsewhere (imported posterohm)');
    expect(report).not.toContain('Hoffman14');
    // What stands in the place of training is never trained anew.
    rmSync(join(out, 'posterior.safetensors'));
    const { status, err } = await posterohm('transfer', out, '--quiet');
    expect(status).toBe(2);
    expect(err).toMatch(
      /'posterior\.safetensors' is missing; it was put there by hand, so nothing can make it again: import it anew\./,
    );
  });

  test('a posterior that was trained is not overwritten', async () => {
    const before = readFileSync(join(trained, 'run.json'));
    const { status, err } = await posterohm(
      'import',
      'posterior',
      experiment,
      join(trained, 'posterior.safetensors'),
      '--out',
      trained,
      '--quiet',
    );
    expect(status).toBe(2);
    expect(err).toMatch(/holds a posterior that was trained there; name another folder with --out\./);
    expect(readFileSync(join(trained, 'run.json'))).toEqual(before);
  });

  test('nor is the run of another experiment', async () => {
    const before = readFileSync(join(trained, 'run.json'));
    const other = join(folderWith({ 'small.yaml': smallExperiment({ name: 'other' }) }), 'small.yaml');
    const { status, err } = await posterohm('train', other, '--out', trained, '--quiet');
    expect(status).toBe(2);
    expect(err).toMatch(/holds a run of '\w+', which 'other' would replace; name another folder with --out\./);
    expect(readFileSync(join(trained, 'run.json'))).toEqual(before);
  });
});

describe('posteriors of other tools', () => {
  const folder = folderWith({ 'small.yaml': smallExperiment() });
  const experiment = join(folder, 'small.yaml');

  test('a folder of members, with the shape report', async () => {
    mkdirSync(join(folder, 'members'));
    for (const i of [10, 9, 11]) {
      writeFileSync(join(folder, 'members', `m${i}.safetensors`), encodeSafetensors(member(i), {}));
    }
    writeFileSync(join(folder, 'members', 'README.md'), 'three members');
    const out = join(folder, 'ensemble');
    const document = await json('import', 'posterior', experiment, join(folder, 'members'), '--out', out);
    expect(document).toMatchObject({ format: 'ensemble', kind: 'samples', draws: 3, chains: 1, unused: [] });
    expect(document.tensors[0]).toEqual({
      name: '0.weight',
      shape: [2, 4],
      from: 'fc1.weight',
      fromShape: [3, 4, 2],
      transposed: true,
      by: 'shape',
    });
    const posterior = posteriorOf(out);
    if (posterior.kind !== 'samples') throw new Error(posterior.kind);
    // m9, m10, m11: the first entries of fc1.weight are sin(9), sin(10), sin(11); the second input's come next in PyTorch.
    for (const [i, phase] of [9, 10, 11].entries()) {
      expect(posterior.samples[i * 22]).toBeCloseTo(Math.sin(phase), 6);
      expect(posterior.samples[i * 22 + 4]).toBeCloseTo(Math.sin(phase + 1), 6);
    }
    await json('transfer', out);
    expect((await json('evaluate', out)).software.nll.mean).toEqual(expect.any(Number));
    // The same command again replaces what was imported.
    await json('import', 'posterior', experiment, join(folder, 'members', 'm9.safetensors'), '--out', out);
    expect(posteriorOf(out)).toMatchObject({ kind: 'point', method: 'imported state-dict' });
    await json('evaluate', out);
  });

  test.each(['bayesian-torch', 'torchbnn', 'numpyro-normal'])('%s: moments', async format => {
    const names: Record<string, (name: string) => [string, string]> = {
      'bayesian-torch': name => [name.replace(/\.(\w+)$/, '.mu_$1'), name.replace(/\.(\w+)$/, '.rho_$1')],
      torchbnn: name => [`${name}_mu`, `${name}_log_sigma`],
      'numpyro-normal': name => [`${name}_auto_loc`, `${name}_auto_scale`],
    };
    const stored = { 'bayesian-torch': Math.log(Math.expm1(0.25)), torchbnn: Math.log(0.25), 'numpyro-normal': 0.25 };
    const arrays: Record<string, NdArray> = {};
    for (const [name, array] of Object.entries(member(0))) {
      const turn = format === 'numpyro-normal' && array.shape.length === 2;
      const { shape, data } = turn ? ndArray([...array.shape].reverse(), array.data as Float32Array) : array;
      const [mean, spread] = names[format]!(name);
      arrays[mean] = ndArray(shape, data as Float32Array);
      arrays[spread] = ndArray(shape, new Float32Array(data.length).fill(stored[format as keyof typeof stored]));
    }
    writeFileSync(join(folder, `${format}.npz`), encodeNpz(arrays));
    const out = join(folder, format);
    const document = await json('import', 'posterior', experiment, join(folder, `${format}.npz`), '--out', out);
    expect(document).toMatchObject({ format, kind: 'moments' });
    const posterior = posteriorOf(out);
    if (posterior.kind !== 'moments') throw new Error(posterior.kind);
    for (const std of posterior.std) expect(std).toBeCloseTo(0.25, 6);
    await json('transfer', out);
  });

  test('draws of NumPyro, named', async () => {
    const draws = (...shape: number[]) =>
      ndArray(
        shape,
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.cos(i)),
      );
    const sites = { win: draws(2, 6, 2, 4), bin: draws(2, 6, 4), wout: draws(2, 6, 4, 2), bout: draws(2, 6, 2) };
    writeFileSync(join(folder, 'sites.npz'), encodeNpz({ ...sites, 'noise/scale': draws(2, 6) }));
    const names = '0.weight=win,0.bias=bin,1.weight=wout,1.bias=bout';
    const out = join(folder, 'numpyro');
    const document = await json(
      'import',
      'posterior',
      experiment,
      join(folder, 'sites.npz'),
      '--names',
      names,
      '--seed',
      '5',
      '--out',
      out,
    );
    expect(document).toMatchObject({ format: 'numpyro-samples', draws: 12, chains: 2, unused: ['noise/scale'] });
    await json('evaluate', out);
  });

  test('the spread of regression targets is asked for, and used', async () => {
    const more = { data: '{ source: cubic }', network: '{ layers: [dense 4 tanh, dense 1] }' };
    writeFileSync(join(folder, 'cubic.yaml'), smallExperiment(more));
    writeFileSync(
      join(folder, 'known.yaml'),
      smallExperiment({ ...more, posterior: '{ method: map, noise: 0.25 }', evaluate: '{ chips: 2 }' }),
    );
    const { 'fc1.bias': bias } = member(0);
    const state = {
      'a.weight': ndArray([4, 1], bias!.data as Float32Array),
      'a.bias': bias!,
      'b.weight': ndArray([1, 4], bias!.data as Float32Array),
      'b.bias': ndArray([1], new Float32Array(1)),
    };
    const file = join(folder, 'cubic.safetensors');
    writeFileSync(file, encodeSafetensors(state, {}));
    const { status, err } = await posterohm(
      'import',
      'posterior',
      join(folder, 'cubic.yaml'),
      file,
      '--out',
      join(folder, 'no'),
    );
    expect(status).toBe(2);
    expect(err).toMatch(/posterior\.noise: must be a number .* got 'learned'/);
    const out = join(folder, 'known');
    await json('import', 'posterior', join(folder, 'known.yaml'), file, '--out', out);
    expect(Array.from(posteriorOf(out).noiseStd!)).toEqual([0.25]);
    expect((await json('evaluate', out)).software.rmse.mean).toEqual(expect.any(Number));
    // With the file's own spread the experiment may leave it open.
    await json('export', 'posterior', out, '--out', join(folder, 'cubic.npz'));
    await json(
      'import',
      'posterior',
      join(folder, 'cubic.yaml'),
      join(folder, 'cubic.npz'),
      '--out',
      join(folder, 'yes'),
    );
    expect(Array.from(posteriorOf(join(folder, 'yes')).noiseStd!)).toEqual([0.25]);
  });
});

describe('refusals: one sentence, status 2, nothing written', () => {
  const nan = { ...member(0), 'fc2.bias': ndArray([2], new Float32Array([0, Number.NaN])) };
  const long = new Uint8Array(64);
  new DataView(long.buffer).setBigUint64(0, 2n ** 62n, true);
  const wrong = { ...member(0), 'fc1.weight': ndArray([5, 2], new Float32Array(10)) };
  const folder = folderWith({
    'small.yaml': smallExperiment(),
    'm.pt': zipSync({ 'm/data.pkl': new Uint8Array(3) }),
    'wrong.safetensors': encodeSafetensors({ ...wrong, 'fc2.bias': ndArray([3], new Float32Array(3)) }, {}),
    'nan.npz': encodeNpz(nan),
    'draws.npz': encodeNpz(
      Object.fromEntries(
        Object.entries(member(0)).map(([name, { shape }]) => {
          const own = name.replace('fc1', '0').replace('fc2', '1');
          const draws = [3, ...[...shape].reverse()];
          const data = new Float32Array(draws.reduce((size, length) => size * length));
          if (own === '1.bias') data[data.length - 1] = Number.POSITIVE_INFINITY;
          return [`samples/${own}`, ndArray(draws, data)];
        }),
      ),
    ),
    'long.safetensors': long,
    'good.safetensors': encodeSafetensors(member(0), {}),
    'short.safetensors': encodeSafetensors(member(0), {}).subarray(0, -8),
    'short.npz': encodeNpz(member(0)).subarray(0, 300),
    // pickle.dumps({'a': 1}, protocol=0)
    'text.pkl': new TextEncoder().encode('(dp0\nVa\np1\nI1\ns.'),
    'notes.txt': 'not arrays at all',
    'none.safetensors': encodeSafetensors({}, {}),
    'other.safetensors': encodeSafetensors({ encoder: member(0)['fc1.bias']! }, {}),
    'negative.npz': encodeNpz(
      Object.fromEntries(
        Object.entries(member(0)).flatMap(([name, array]) => {
          const shape = [...array.shape].reverse();
          const own = name.replace('fc1', '0').replace('fc2', '1');
          const data = new Float32Array(array.data.length).fill(-1);
          return [
            [`mean/${own}`, ndArray(shape, data)],
            [`std/${own}`, ndArray(shape, own === '1.bias' ? data : data.map(Math.abs))],
          ];
        }),
      ),
    ),
  });
  for (const name of ['empty', 'mixed', 'pickled']) mkdirSync(join(folder, name));
  const { 'fc2.bias': _left, ...fewer }: Record<string, NdArray> = wrong;
  writeFileSync(join(folder, 'mixed', 'a.safetensors'), encodeSafetensors(member(0), {}));
  writeFileSync(join(folder, 'mixed', 'b.safetensors'), encodeSafetensors(fewer, {}));
  writeFileSync(join(folder, 'pickled', 'a.safetensors'), encodeSafetensors(member(0), {}));
  writeFileSync(join(folder, 'pickled', 'b.pth'), zipSync({ 'b/data.pkl': new Uint8Array(3) }));
  const cases: ReadonlyArray<readonly [files: readonly string[], sentence: RegExp]> = [
    [['m.pt'], /m\.pt: holds pickled Python objects.*safetensors\.torch\.save_file/],
    [
      ['wrong.safetensors'],
      /fits 0\.weight \[2, 4\] \(stored as \[4, 2\]\), 0\.bias \[4\] of the network, and the network has no place for 'fc1\.weight' \[5, 2\].*; 'fc2\.bias' \[3\] does not go with 'fc2\.weight' \[2, 4\].*; check network\.layers/,
    ],
    [['nan.npz'], /nan\.npz: 'fc2\.bias' holds values that are not finite; save the posterior again\./],
    [['draws.npz'], /draws\.npz: '1\.bias' holds values that are not finite \(draw 3 of 3\); save/],
    [['long.safetensors'], /declares a header of 4611686018427387904 bytes/],
    [['short.safetensors'], /short\.safetensors: tensor 'fc2\.weight' must lie within .*copied whole\./],
    [['short.npz'], /short\.npz: has no directory of a ZIP archive at its end/],
    [['text.pkl'], /text\.pkl: holds pickled Python objects.*safetensors\.torch\.save_file/],
    [['pickled'], /pickled.b\.pth: holds pickled Python objects/],
    [['notes.txt'], /notes\.txt: is neither safetensors nor NPZ; save it in Python with safetensors\.numpy\.save_file/],
    [['none.safetensors'], /none\.safetensors: holds no arrays/],
    [
      ['other.safetensors'],
      /since the names follow no other scheme\): no array of the file fits 0\.weight \[2, 4\] \(stored as \[draws, 2, 4\]\).* no place for 'encoder' \[4\]/,
    ],
    [['negative.npz'], /negative\.npz: the spread of '1\.bias' is not finite or negative; save/],
    [
      ['mixed'],
      /must be like \S+a\.safetensors, but \S+b\.safetensors has 'fc1\.weight' \[5, 2\], not \[4, 2\], lacks 'fc2\.bias'; keep only files of one network/,
    ],
    [['good.safetensors', '--epsilon', 'x'], /--epsilon: must be a number from 0 to 1, got 'x'/],
    [['empty'], /empty: holds no \.safetensors, \.npz or \.npy files/],
    [['missing.npz'], /missing\.npz: does not exist; name files of arrays or a folder of them/],
    [['good.safetensors', '--names', 'fc1'], /--names: must be pairs such as .*, got 'fc1'/],
    [['good.safetensors', '--names', '0.weight=fc1.weigth'], /there is no 'fc1\.weigth' for 0\.weight \(did you mean/],
    [['good.safetensors', '--format', 'torchbn'], /unknown format 'torchbn'; did you mean 'torchbnn'\?/],
    [['good.safetensors', '--layout', 'input'], /--layout: unknown name 'input'/],
    [[], /missing required argument 'files'/],
  ];
  test.each(cases)('%j', async ([file, ...options], sentence) => {
    const out = join(folder, 'out');
    const given = file === undefined ? [] : [join(folder, file)];
    const { status, err } = await posterohm(
      'import',
      'posterior',
      join(folder, 'small.yaml'),
      ...given,
      ...options,
      '--out',
      out,
      '--quiet',
    );
    expect(err).toMatch(sentence);
    if (file !== undefined) expect(err).toMatch(/^[^\n]*\.\n$/);
    expect(status).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  test('a posterior for another network, put into a run directory', async () => {
    const out = join(folder, 'mine');
    const import_ = (more: Readonly<Record<string, string>>, name: string) => {
      writeFileSync(join(folder, `${name}.yaml`), smallExperiment(more));
      return posterohm(
        'import',
        'posterior',
        join(folder, `${name}.yaml`),
        join(folder, 'good.safetensors'),
        '--out',
        out,
        '--quiet',
      );
    };
    expect((await import_({}, 'four')).status).toBe(0);
    const wide = smallExperiment({ network: '{ layers: [dense 8 tanh, dense 2] }' });
    writeFileSync(join(folder, 'wide.yaml'), wide);
    const { status, err } = await posterohm('train', join(folder, 'wide.yaml'), '--out', out, '--quiet');
    expect(err).toMatch(
      /posterior\.safetensors: 0\.weight is \[2, 4\] where the network has \[2, 8\]; 0\.bias is \[4\] where the network has \[8\]; 1\.weight is \[4, 2\] where the network has \[8, 2\]; check network\.layers\./,
    );
    expect(status).toBe(2);
  });
});

describe('predictions of the other tool', () => {
  const folder = folderWith({ 'small.yaml': smallExperiment() });
  const at = (name: string) => join(folder, name);
  const net = member(0);
  const inputs = Float32Array.from({ length: 10 }, (_, i) => Math.cos(3 * i));
  const value = (name: string, i: number): number => Number(net[name]!.data[i]);
  /** What PyTorch says: tanh(x W₁ᵀ + b₁) W₂ᵀ + b₂. */
  const outputs = Float64Array.from({ length: 10 }, (_, k) => {
    const [row, output] = [k >> 1, k & 1];
    let sum = value('fc2.bias', output);
    for (let h = 0; h < 4; h++) {
      const [a, b] = [0, 1].map(j => inputs[2 * row + j]! * value('fc1.weight', 2 * h + j)) as [number, number];
      sum += value('fc2.weight', 4 * output + h) * Math.tanh(a + b + value('fc1.bias', h));
    }
    return sum;
  });
  writeFileSync(at('net.safetensors'), encodeSafetensors(net, {}));
  const check = (values: Float64Array, shape = [5, 2]) =>
    writeFileSync(at('check.npz'), encodeNpz({ inputs: ndArray([5, 2], inputs), outputs: ndArray(shape, values) }));
  const run = (out: string) =>
    posterohm(
      'import',
      'posterior',
      at('small.yaml'),
      at('net.safetensors'),
      '--check',
      at('check.npz'),
      '--out',
      at(out),
      '--quiet',
    );

  test('agree with ours where they are the same', async () => {
    check(outputs);
    const { status, out, err } = await run('same');
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/Checked: 5 rows of outputs agree within \d/);
  });

  test('stop the import before anything is written where they differ', async () => {
    check(outputs.map((one, i) => (i === 7 ? one + 0.5 : one)));
    const { status, err } = await run('other');
    expect([status, err]).toEqual([
      2,
      expect.stringMatching(/check\.npz: outputs: differ .* by up to 0\.5.*, in row 4, output 2: /),
    ]);
    expect(existsSync(at('other/posterior.safetensors'))).toBe(false);
    check(outputs.slice(0, 9), [3, 3]);
    expect((await run('third')).err).toContain('outputs: must be [5, 2], got [3, 3]');
  });
});
