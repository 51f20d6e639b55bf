import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/base/index.ts';
import type { Fields } from '../../src/experiment/index.ts';
import { checkValues } from '../../src/explore/designs/check-values.ts';
import { surveyOf } from '../../src/explore/designs/survey.ts';
import { trainingsOf } from '../../src/explore/designs/trainings.ts';
import { fold, keyOf } from '../../src/random/index.ts';
import { randomPoint } from '../../src/search/index.ts';
import { designsOf, fieldsOf, studyOf } from './moons.ts';

const linesOf = async (work: Promise<unknown>): Promise<string[]> => {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message.split('\n');
};

const variables = (more: Record<string, unknown>) => ({ variables: more });

describe('a study file', () => {
  test('keeps rows to search on, which the experiment or the study may say', async () => {
    expect((await studyOf()).experiment.data.search).toBe(0.25);
    expect((await studyOf({ search: 0.4 })).experiment.data.search).toBe(0.4);
    const experiment =
      'data: { source: two-moons, search: 0.3 }\nnetwork: { layers: [dense 2] }\nposterior: { method: map }';
    const byPath = await studyOf({ experiment: 'a.yaml', variables: fieldsOf().variables }, { 'a.yaml': experiment });
    expect(byPath.experiment.data.search).toBe(0.3);
    expect(await linesOf(studyOf({ experiment: 'a.yaml', search: 0.2 }, { 'a.yaml': experiment }))).toEqual([
      'moons.yaml: search: is 0.2, and data.search of the experiment 0.3; leave one of them out.',
    ]);
  });

  test('tells faults of an experiment where they stand', async () => {
    const experiment = { ...(fieldsOf().experiment as object), hardware: { device: 'oxram-hf2' } };
    expect(await linesOf(studyOf({ experiment }))).toEqual([
      expect.stringMatching(
        /^moons\.yaml: experiment\.hardware\.device: unknown name 'oxram-hf2'; did you mean 'oxram-hfo2'\?/,
      ),
    ]);
    expect(await linesOf(studyOf({ experiment: 'a.yaml' }, { 'a.yaml': 'seed: -1' }))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^a\.yaml: seed: must be at least 0, got -1/)]),
    );
  });

  test('names a sampler alone or with its options', async () => {
    expect((await studyOf()).sampler).toEqual({ name: 'tpe', options: {} });
    expect((await studyOf({ sampler: { name: 'gp', start: 4 } })).sampler).toMatchObject({
      name: 'gp',
      options: { start: 4 },
    });
    expect(await linesOf(studyOf({ sampler: 'tpee' }))).toEqual([
      expect.stringMatching(/^moons\.yaml: sampler: unknown name 'tpee'; did you mean 'tpe'\?/),
    ]);
    expect(await linesOf(studyOf({ sampler: { name: 'gp', strat: 4 } }))).toEqual([
      "moons.yaml: sampler: unknown field 'strat'; did you mean 'start'?",
    ]);
  });

  test('that is no record is refused', async () => {
    expect(await linesOf(studyOf({ experiment: 3, objectives: [] }))).toEqual([
      expect.stringMatching(/^moons\.yaml: experiment: /),
      expect.stringMatching(/^moons\.yaml: objectives: /),
    ]);
  });
});

describe('variables', () => {
  test('that cannot be are refused together', async () => {
    const found = await linesOf(
      studyOf(
        variables({
          'data.noise': { real: [0, 1] },
          'hardware.spread': { real: [2, 0.5] },
          'hardware.time': { real: ['0 s', '1 d'], log: true },
          'hardware.device': { categorical: ['pcm-ibm', 'pcm-ibm'] },
          'transfer.limit': { real: [1, 1] },
          'sampling.entropy': { categorical: {} },
          'hardware.array.rows': { ordered: [16, 32], when: { 'hardware.aray': [3] } },
          'hardware.array.columns': { ordered: [16, 32], when: { 'hardware.array.rows': [16, 17] } },
        }),
      ),
    );
    expect(found).toEqual([
      "moons.yaml: variables.data.noise: 'data' is no part of a design; Designs differ in network, posterior, hardware, transfer, sampling, architecture and evaluate.calibration.",
      'moons.yaml: variables.hardware.spread.real: must rise from the least value to the largest, got [2,0.5]; swap them.',
      'moons.yaml: variables.hardware.time.log: needs values above 0, and the least is 0; raise it or leave log out.',
      "moons.yaml: variables.hardware.device.categorical: must differ, got 'pcm-ibm'; list it once.",
      'moons.yaml: variables.transfer.limit.real: must rise from the least value to the largest, got [1,1]; put the value into the experiment.',
      'moons.yaml: variables.sampling.entropy.categorical: must hold a value, got none; list what may be chosen.',
      "moons.yaml: variables.hardware.array.rows.when: must name a variable that stands before it, got 'hardware.aray'; did you mean 'hardware.spread'?",
      "moons.yaml: variables.hardware.array.columns.when.hardware.array.rows: is no value of 'hardware.array.rows', got 17; list some that it can have.",
    ]);
    // An experiment that cannot be hides none of them.
    const network = { ...(fieldsOf().experiment as Fields), network: { layers: [] } };
    const both = await linesOf(studyOf({ experiment: network, variables: { 'hardware.spread': { real: [2, 0.5] } } }));
    expect(both).toEqual([
      expect.stringMatching(/^moons\.yaml: experiment\.network/),
      expect.stringMatching(/^moons\.yaml: variables\.hardware\.spread\.real: must rise/),
    ]);
    expect(await linesOf(studyOf(variables({})))).toEqual([
      'moons.yaml: variables: must name a field, got none; add one.',
    ]);
  });

  test('that shadow one another are refused', async () => {
    const named = { tied: { method: 'device-tied', limit: 2 }, plain: { epochs: 2 } };
    expect(
      await linesOf(studyOf(variables({ 'posterior.limit': { real: [1, 2] }, posterior: { categorical: named } }))),
    ).toEqual([
      "moons.yaml: variables.posterior: shadows 'posterior.limit', which stands before it; put it before that one, which is then laid over it.",
    ]);
    const limit = { real: [1, 2] };
    expect(await linesOf(studyOf(variables({ posterior: { categorical: named }, 'posterior.limit': limit })))).toEqual([
      "moons.yaml: variables.posterior.limit: shadows what 'tied' of 'posterior' puts into the field; leave it out there, or say with 'when' where this variable counts.",
    ]);
    const elsewhere = { ...limit, when: { posterior: 'plain' } };
    await expect(
      studyOf(variables({ posterior: { categorical: named }, 'posterior.limit': elsewhere })),
    ).resolves.toBeDefined();
  });

  test('choose fields of several sections by a name of their own', async () => {
    const source = {
      categorical: {
        copies: {},
        reads: { sampling: { entropy: 'read', samples: 8 }, hardware: { device: 'pcm-ibm' } },
        stopped: { sampling: { samples: 4 }, evaluate: { calibration: 'none' } },
      },
    };
    const designs = await designsOf(variables({ source, 'hardware.spread': { real: [0.5, 2] } }));
    const at = (value: string) => designs.experimentAt({ source: value, 'hardware.spread': 0.7 });
    expect(at('reads')).toMatchObject({
      sampling: { entropy: 'read', samples: 8, interval: 1e-6 },
      hardware: { device: 'pcm-ibm', spread: 0.7 },
    });
    expect(at('stopped')).toMatchObject({
      sampling: { entropy: 'frozen', samples: 4 },
      evaluate: { calibration: 'none' },
    });
    expect(at('copies').hardware.device).toBe('oxram-hfo2');
    const device = { categorical: ['oxram-hfo2', 'pcm-ibm'] };
    const told = (given: Record<string, unknown>) => linesOf(studyOf(variables(given)));
    expect(await told({ source, 'hardware.device': device })).toEqual([
      "moons.yaml: variables.hardware.device: shadows what 'reads' of 'source' puts into the field; leave it out there, or say with 'when' where this variable counts.",
    ]);
    expect(await told({ 'hardware.device': device, source })).toEqual([
      "moons.yaml: variables.source.reads: shadows 'hardware.device', which stands before it; put it before that one, which is then laid over it.",
    ]);
    expect(
      await told({ source: { categorical: { one: { network: {} }, other: { evaluate: { chips: 3 } } } } }),
    ).toEqual([
      "moons.yaml: variables.source.one: must be fields of sections of a design, got 'network'; name values by fields of posterior, hardware, transfer, sampling, architecture or evaluate.calibration, such as { sampling: { entropy: read } }.",
    ]);
    expect(await told({ source: { categorical: { other: { evaluate: { chips: 3 } } } } })).toEqual([
      expect.stringContaining("must be fields of sections of a design, got 'evaluate'"),
    ]);
    // Variables that never count together do not shadow each other.
    const pcm = { ...device, when: { source: ['copies', 'stopped'] } };
    const elsewhere = { categorical: { cool: { hardware: { device: 'pcm-ibm' } } }, when: { source: 'reads' } };
    const whole = { categorical: { copies: {}, reads: {}, stopped: {} } };
    await expect(studyOf(variables({ source: whole, 'hardware.device': pcm, elsewhere }))).resolves.toBeDefined();
    const together = { ...elsewhere, when: { source: ['reads', 'stopped'] } };
    expect(await told({ source: whole, 'hardware.device': pcm, together })).toHaveLength(1);
  });

  test('of fields that do not exist, or values that fit none, are refused before anything is trained', async () => {
    const designs = await designsOf(
      variables({
        'hardware.outputBit': { integer: [3, 8] },
        'hardware.array.rows': { integer: [8, 10000] },
        'hardware.device': { categorical: ['pcm-ibm', 'pcm-ibn'] },
        'network.layers.3.width': { integer: [2, 4] },
        'hardware.spread': { real: [0.5, 2] },
      }),
    );
    expect(await linesOf(checkValues(keyOf(1), designs))).toEqual([
      "moons.yaml: variables.hardware.outputBit: hardware: unknown field 'outputBit'; did you mean 'outputBits'?",
      'moons.yaml: variables.hardware.array.rows: hardware.array.rows: must be at most 4096, got 10000.',
      expect.stringMatching(/^moons\.yaml: variables\.hardware\.device: hardware\.device: unknown name 'pcm-ibn'/),
      "moons.yaml: variables.network.layers.3.width: network.layers: has no such layer; say with 'when' where the variable counts.",
    ]);
  });

  test('are refused together, whether a field, a design or its network is against them', async () => {
    const designs = await designsOf(
      variables({
        'hardware.outputBit': { integer: [3, 8] },
        'hardware.array.rowsPerConversion': { ordered: [32, 64] },
        'hardware.mappings.5': { categorical: { pair: { mapping: 'differential' }, cell: { mapping: 'offset' } } },
        'hardware.outputBits': { integer: [3, 8] },
      }),
    );
    expect(await linesOf(checkValues(keyOf(1), designs))).toEqual([
      expect.stringContaining("variables.hardware.outputBit: hardware: unknown field 'outputBit'"),
      expect.stringContaining('variables.hardware.array.rowsPerConversion: hardware.array.rowsPerConversion: must be'),
      expect.stringContaining('variables.hardware.mappings.5: hardware.mappings.5: is no layer with weights'),
    ]);
  });

  test('make experiments: values laid over the fields, named ones as those of a variant are', async () => {
    const designs = await designsOf();
    const point = {
      'network.layers': 'two',
      'network.layers.0.width': 6,
      'network.layers.1.width': 3,
      posterior: 'tied',
      'posterior.limit': 1.5,
      'hardware.spread': 0.7,
      'hardware.outputBits': 5,
    };
    const { network, posterior, hardware } = designs.experimentAt(point);
    expect(network.layers).toMatchObject([{ width: 6, activation: 'tanh' }, { width: 3 }, { width: 2 }]);
    expect(posterior).toMatchObject({ method: 'device-tied', limit: 1.5, epochs: 2 });
    expect(hardware).toMatchObject({ spread: 0.7, outputBits: 5, array: { rows: 16 } });
    expect(designs.experimentAt(point, name => name !== 'hardware.outputBits').hardware.outputBits).toBe(8);
  });
});

test('mappings of single layers count where the network has them, and are refused where none does', async () => {
  const cells = { categorical: { pair: { mapping: 'differential' }, digits: { mapping: 'slices' } } };
  const when = { 'network.layers': 'two' };
  const { 'network.layers': layers } = fieldsOf().variables as Record<string, unknown>;
  const conditional = await designsOf(
    variables({ 'network.layers': layers, 'hardware.mappings.2': { ...cells, when } }),
  );
  await checkValues(keyOf(1), conditional);
  expect(await surveyOf(keyOf(1), conditional)).toMatchObject({
    impossible: [],
    trainings: { by: ['network.layers'] },
  });
  const always = await designsOf(variables({ 'network.layers': layers, 'hardware.mappings.2': cells }));
  expect((await surveyOf(keyOf(1), always)).impossible).toEqual([
    { count: expect.any(Number), sentence: expect.stringContaining('hardware.mappings.2: is no layer with weights') },
  ]);
  const none = await designsOf(variables({ 'hardware.mappings.7': cells }));
  expect(await linesOf(checkValues(keyOf(1), none))).toEqual([
    expect.stringMatching(/^moons\.yaml: variables\.hardware\.mappings\.7: .*is no layer with weights; /),
  ]);
});

describe('a survey', () => {
  test('counts designs that cannot exist by what stands against them', async () => {
    const designs = await designsOf(
      variables({
        'sampling.entropy': { categorical: ['frozen', 'read'] },
        'hardware.device': { categorical: ['oxram-hfo2', 'pcm-ibm'] },
        'hardware.array.count': { integer: [1, 40] },
      }),
    );
    const survey = await surveyOf(keyOf(1), designs);
    const points = Array.from({ length: survey.tried }, (_, n) =>
      randomPoint(fold(fold(keyOf(1), 'tries'), n), designs.space),
    );
    const short = points.filter(point => (point['hardware.array.count'] as number) < 2);
    expect(short.length).toBeGreaterThan(0);
    expect(survey.impossible.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(short.length);
    expect(survey.impossible[0]!.sentence).toMatch(/^[a-z].*\.$/);
  });

  test('refuses a space without a design', async () => {
    const designs = await designsOf(
      variables({ 'hardware.array.rows': { ordered: [1, 2] }, 'hardware.array.count': { ordered: [1, 2] } }),
    );
    expect((await linesOf(surveyOf(keyOf(1), designs)))[0]).toMatch(
      /^moons\.yaml: variables: none of 200 random designs can exist, \d+ of them because /,
    );
  });

  test('says how many trainings the designs come from, and which variables they depend on', async () => {
    expect(await trainingsOf(keyOf(1), await designsOf())).toEqual({
      by: [
        'network.layers',
        'network.layers.0.width',
        'network.layers.1.width',
        'posterior',
        'posterior.limit',
        'hardware.spread',
      ],
      count: null,
      exact: true,
    });
    const fixed = fieldsOf().variables as Record<string, unknown>;
    const { 'posterior.limit': _limit, 'hardware.spread': _spread, ...counted } = fixed;
    const trainings = await trainingsOf(keyOf(1), await designsOf(variables(counted)));
    expect(trainings.by).toEqual(['network.layers', 'network.layers.0.width', 'network.layers.1.width', 'posterior']);
    // Two ways to train networks of one hidden layer of 3 widths, or of two of 3 and 2.
    expect(trainings).toMatchObject({ count: 2 * (3 + 3 * 2), exact: true });
    const hardware = await designsOf(
      variables({ 'hardware.outputBits': { integer: [3, 8] }, 'sampling.samples': { integer: [2, 9] } }),
    );
    expect(await trainingsOf(keyOf(1), hardware)).toEqual({ by: [], count: 1, exact: true });
  });
});
