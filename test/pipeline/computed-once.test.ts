import { describe, expect, test } from 'vitest';
import { addressOf, type Job, jobOf } from '../../src/base/index.ts';
import { designOf, type Fields } from '../../src/experiment/index.ts';
import { type Entry, evaluateDesign, layered, memoryStore, Pipeline, type Store } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const entry = (name: string, bytes = 1): Entry<string> => ({
  stage: name,
  at: {},
  address: addressOf(name),
  recipe: addressOf(name),
  bytes: () => bytes,
});

/** Counts what is made. */
const counting = () => {
  const made: string[] = [];
  const make = (name: string) => async () => {
    made.push(name);
    return name;
  };
  return { made, make };
};

/** A maker that ends when it is told to, or when its job is stopped. */
function slow(made: string[], name: string) {
  let end = (_fail?: Error) => {};
  const make = (job: Job) => {
    made.push(name);
    return new Promise<string>((resolve, reject) => {
      end = fail => (fail ? reject(fail) : resolve(name));
      job.signal.addEventListener('abort', () => reject(job.signal.reason as Error));
    });
  };
  return { make, end: (fail?: Error) => end(fail) };
}

describe('a store in memory', () => {
  test('two who ask at once get what one makes', async () => {
    const store = memoryStore(10);
    const made: string[] = [];
    const { make, end } = slow(made, 'first');
    const both = [store.once(entry('a'), make, jobOf()), store.once(entry('a'), make, jobOf())];
    await Promise.resolve();
    end();
    expect(await Promise.all(both)).toEqual(['first', 'first']);
    expect(made).toEqual(['first']);
  });

  test('when the first who asked is stopped the second makes it', async () => {
    const store = memoryStore(10);
    const made: string[] = [];
    const counted = (name: string) => async () => {
      made.push(name);
      return name;
    };
    const control = new AbortController();
    const first = store.once(entry('a'), slow(made, 'first').make, jobOf({ signal: control.signal }));
    const second = store.once(entry('a'), counted('second'), jobOf());
    const third = store.once(entry('a'), counted('third'), jobOf());
    control.abort(new Error('stop'));
    await expect(first).rejects.toThrow('stop');
    expect(await second).toBe('second');
    expect(await third).toBe('second');
    expect(made).toEqual(['first', 'second']);
  });

  test('whoever waits for another is stopped at once', async () => {
    const store = memoryStore(10);
    const control = new AbortController();
    const { make, end } = slow([], 'first');
    const first = store.once(entry('a'), make, jobOf());
    const second = store.once(entry('a'), make, jobOf({ signal: control.signal }));
    control.abort(new Error('stop'));
    await expect(second).rejects.toThrow('stop');
    end();
    expect(await first).toBe('first');
  });

  test('what failed is made again', async () => {
    const store = memoryStore(10);
    const { made, make } = counting();
    const failing = async () => {
      throw new Error('no');
    };
    await expect(store.once(entry('a'), failing, jobOf())).rejects.toThrow('no');
    expect(await store.once(entry('a'), make('a'), jobOf())).toBe('a');
    expect(await store.once(entry('a'), failing, jobOf())).toBe('a');
    expect(made).toEqual(['a']);
  });

  test('forgets by bytes what was used longest ago', async () => {
    const store = memoryStore(10);
    const { made, make } = counting();
    const ask = (name: string, bytes: number) => store.once(entry(name, bytes), make(name), jobOf());
    await ask('a', 4);
    await ask('b', 4);
    await ask('a', 4);
    await ask('c', 4);
    expect(made.splice(0)).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c']) await ask(name, 4);
    expect(made).toEqual([]);
    await ask('b', 4);
    expect(made.splice(0)).toEqual(['b']);
    // Nothing is forgotten for what would not fit alone; a full store holds its limit to the byte.
    await ask('large', 11);
    await ask('b', 4);
    await ask('whole', 10);
    await ask('whole', 10);
    expect(made.splice(0)).toEqual(['large', 'whole']);
    await ask('b', 4);
    expect(made).toEqual(['b']);
  });

  test('layered: the first store that has a result gives it, and what was put in by hand is asked of each', async () => {
    const { made, make } = counting();
    const [near, far] = [memoryStore(10), memoryStore(10)];
    await far.once(entry('a'), make('far'), jobOf());
    const hand: Store = { once: (_entry, make, job) => make(job), adopted: async () => 'by hand' };
    const store = layered(near, hand, far);
    expect(await store.once(entry('a'), make('anew'), jobOf())).toBe('far');
    expect(await near.once(entry('a'), make('anew'), jobOf())).toBe('far');
    expect(await store.adopted?.('training', {}, '')).toBe('by hand');
    expect(await layered(near, far).adopted?.('training', {}, '')).toBeUndefined();
    expect(made).toEqual(['far']);
  });
});

const small: Fields = {
  data: { source: 'two-moons', train: 24, validation: 16, test: 16 },
  network: { layers: ['dense 3 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 2 },
  transfer: { limit: 1 },
  sampling: { samples: 4 },
};

const designFor = (more: Fields = {}) => designOf(experimentOf({ ...small, ...more }), {});

describe('a pipeline', async () => {
  const prepared = await preparedOf(small);
  const fresh = () => ({ ...prepared, store: memoryStore(1 << 28) });
  const how = { key: keyOf(1), job: jobOf() };

  test('designs with one posterior train once, and chips are made once for all times', async () => {
    const shared = fresh();
    const wanted = { metrics: ['nll'], chips: [0, 1], times: [6, 60] };
    const first = await evaluateDesign(shared, designFor(), wanted, how);
    expect([...first.made].sort()).toEqual([
      'chip 0',
      'chip 1',
      'converters',
      'measurement 0 6 s',
      'measurement 0 60 s',
      'measurement 1 6 s',
      'measurement 1 60 s',
      'plan',
      'posterior',
      'range',
      'training',
    ]);
    expect((await evaluateDesign(shared, designFor(), wanted, how)).made).toEqual([]);
    const reading = await evaluateDesign(shared, designFor({ hardware: { readNoise: false } }), wanted, how);
    expect([...reading.made].sort()).toEqual(first.made.filter(name => name.startsWith('measurement')).sort());
    const wider = await evaluateDesign(shared, designFor({ sampling: { samples: 6 } }), wanted, how);
    expect(wider.made).not.toContain('training');
    expect(wider.made).not.toContain('converters');
  });

  test('computes nothing that is not asked for', async () => {
    const made = async (wanted: Parameters<typeof evaluateDesign>[2]) =>
      (await evaluateDesign(fresh(), designFor(), wanted, how)).made;
    expect(await made({ metrics: [], chips: [] })).toEqual([]);
    expect(await made({ metrics: ['decisionAgreement'], chips: [] })).toEqual([]);
    expect([...(await made({ metrics: [], chips: [], prices: true }))].sort()).toEqual([
      'chip 0',
      'plan',
      'posterior',
      'range',
      'training',
    ]);
    expect(await made({ metrics: ['nll', 'accuracy'], chips: [0] })).not.toContain('software');
    expect(await made({ metrics: ['decisionAgreement'], chips: [0] })).toContain('software');
  });

  test('two who ask for one stage at once make it once, and a stopped one leaves it to the other', async () => {
    const shared = fresh();
    const control = new AbortController();
    const stopped = new Pipeline(shared, designFor(), { key: keyOf(1), job: jobOf({ signal: control.signal }) });
    const going = new Pipeline(shared, designFor(), how);
    const one = stopped.get('training');
    const other = going.get('training');
    while (stopped.account.made.length === 0) await Promise.resolve();
    control.abort(new Error('stop'));
    await expect(one).rejects.toThrow('stop');
    await other;
    expect([stopped.account.made, going.account.made]).toEqual([['training'], ['training']]);
    const third = new Pipeline(shared, designFor(), how);
    await Promise.all([third.get('chip', { chip: 0 }), going.get('chip', { chip: 0 })]);
    expect([...going.account.made, ...third.account.made].filter(name => name === 'plan')).toEqual(['plan']);
  });
});
