import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeNpz, decodeParquet, decodeSafetensors } from '../../src/data/index.ts';
import type { RunSummary } from '../../src/run/summary.ts';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

const variants = '{ mixture: { transfer: { method: mixture } }, half: { hardware: { spread: 0.5 } } }';

type Summary = Omit<RunSummary, 'runDirectory' | 'seconds'>;

/** A summary without the places of its files. */
const withoutPlaces = ({ variants, ...rest }: Summary) => ({
  ...rest,
  variants: (variants ?? []).map(({ runDirectory: _place, ...variant }) => variant),
});

describe('run', async () => {
  const folder = folderWith({ 'small.yaml': smallExperiment({ variants }) });
  const directory = join(folder, 'run');
  const first = await posterohm('run', join(folder, 'small.yaml'), '--out', directory, '--json', '--quiet');

  test('prints one document that holds to its contract', () => {
    expect(first.err).toBe('');
    expect(first.status).toBe(0);
    const document = JSON.parse(first.out);
    expect(Object.keys(document)[0]).toBe('schema');
    expect(document).toMatchObject({
      schema: 'posterohm/run/1',
      name: 'small',
      task: 'classification',
      headlineTime: 6,
      variants: [{ headlineTime: 6 }, { headlineTime: 6 }],
      outputs: ['upper', 'lower'],
      evidence: { chips: 3, rows: 128 },
      preservedOver: 'grid',
      hardware: { 'recall:lower': { rows: expect.any(Object) }, baseRate: { mean: 0.5 } },
      confusion: [
        [expect.any(Number), expect.any(Number)],
        [expect.any(Number), expect.any(Number)],
      ],
      chip: { devices: 4096, arrays: 1, rows: 64, columns: 64, copies: 20 },
      seconds: {
        training: expect.any(Number),
        plan: expect.any(Number),
        chip: expect.any(Number),
        evaluation: expect.any(Number),
      },
    });
    for (const metric of ['accuracy', 'nll', 'brier', 'ece', 'aurocError']) {
      for (const [side, ways] of [
        ['software', ['rows']],
        ['hardware', ['chips', 'rows', 'both']],
        ['deterministic', ['chips', 'rows', 'both']],
      ] as const) {
        const { mean, ...found } = document[side][metric];
        expect(Object.keys(found)).toEqual(ways);
        for (const { low, high } of Object.values<{ low: number; high: number }>(found)) {
          expect(low).toBeLessThanOrEqual(mean);
          expect(mean).toBeLessThanOrEqual(high);
        }
      }
    }
    for (const { againstBase } of document.variants) {
      expect(Object.keys(againstBase.nll.difference)).toEqual(['mean', 'chips', 'rows', 'both']);
    }
    for (const metric of ['decisionAgreement', 'aleatoricCorrelation', 'epistemicCorrelation']) {
      expect(document.preserved[metric].mean).toBeGreaterThan(0);
    }
    expect(document.variants.map((v: { name: string }) => v.name)).toEqual(['mixture', 'half']);
  });

  test('writes files that others can read', async () => {
    const read = (name: string) => new Uint8Array(readFileSync(join(directory, name)));
    const { columns } = await decodeParquet(read('plan.parquet'), 'plan.parquet');
    // 2–4–2 has 22 weights; 20 copies of pairs.
    expect(columns.target!.data).toHaveLength(20 * 22 * 2);
    expect(decodeSafetensors(read('posterior.safetensors'), 'p').tensors['samples/0.weight']!.shape).toEqual([
      120, 2, 4,
    ]);
    expect(decodeSafetensors(read('chips/chip-02.safetensors'), 'c').tensors.programmed!.shape).toEqual([880]);
    const arrays = decodeNpz(read('prediction.npz'), 'prediction.npz');
    expect(arrays['software/test']!.shape).toEqual([20, 128, 2]);
    expect(arrays['hardware/test']!.shape).toEqual([3, 2, 20, 128, 2]);
    expect(JSON.parse(readFileSync(join(directory, 'evaluation.json'), 'utf8')).schema).toBe('posterohm/evaluation/3');
    expect(readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.tmp'))).toEqual(
      [],
    );
  });

  test('writes a report that needs nothing else', () => {
    const html = readFileSync(join(directory, 'report.html'), 'utf8');
    const links = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link!);
    expect(links.filter(link => !/^(#|data:|https:\/\/(doi|arxiv)\.org\/)/.test(link))).toEqual([]);
    expect(html.split('<script').length).toBe(2);
    for (const text of ['Variants side by side', 'Dalgaty21']) expect(html.includes(text)).toBe(true);
  });

  test('takes up where it stopped: what is done stays, what is missing is made again, bit by bit', async () => {
    const plan = join(directory, 'plan.parquet');
    const posterior = join(directory, 'posterior.safetensors');
    const [planTime, posteriorBytes] = [statSync(plan).mtimeMs, readFileSync(posterior)];
    rmSync(posterior);
    const again = await posterohm('run', join(folder, 'small.yaml'), '--out', directory, '--json', '--quiet');
    expect(readFileSync(posterior)).toEqual(posteriorBytes);
    expect(statSync(plan).mtimeMs).toBe(planTime);
    const strip = (text: string) => ({ ...JSON.parse(text), seconds: 0 });
    expect(strip(again.out)).toEqual(strip(first.out));
  });

  test('gives the same bits on one thread as on two', async () => {
    const other = join(folder, 'two-threads');
    const { out } = await posterohm('run', join(folder, 'small.yaml'), '--out', other, '--quiet', '--threads', '2');
    expect(out).toContain('Figures of chips: 6 s after programming, those of variants as named.');
    expect(out).toMatch(
      /^variant +after +NLL \(nat\) \[95 %: chips and rows\] +accuracy .* +ECE .* +decisions kept \[95 %: chips\]/m,
    );
    expect(out).toMatch(/^Against one weight vector .*, the chips are .*negative log-likelihood/m);
    expect(out).toMatch(/^95 % intervals +hardware: over chips +over rows/m);
    expect(out).toMatch(/^class, hardware +inputs +decided so +recall /m);
    expect(out).toMatch(/^mixture +6 s +0\./m);
    for (const file of ['posterior.safetensors', 'plan.parquet', 'chips/chip-01.safetensors', 'prediction.npz']) {
      expect(readFileSync(join(other, file)).equals(readFileSync(join(directory, file))), file).toBe(true);
    }
  });

  test('predict says what there is of an experiment: metrics at every time, whose uncertainty, what survived', async () => {
    const sizes = 'uncertainty: { report: true, chips: 3, draws: 2, programmings: 2, reads: 2, rows: 20 }';
    const small = smallExperiment({ evaluate: `{ chips: 3, times: [6 s, 1 h], ${sizes} }` });
    const folder = folderWith({ 'small.yaml': small });
    const out = join(folder, 'run');
    const { out: text, status } = await posterohm('predict', join(folder, 'small.yaml'), '--out', out, '--quiet');
    expect(status).toBe(0);
    expect(text).toMatch(/^20 samples of 'frozen', all drawn when the chip was programmed, on 3 chips\n/);
    expect(text).toMatch(/^read: noise of single reads +0/m);
    const document = JSON.parse((await posterohm('predict', out, '--json', '--quiet')).out);
    expect(document).toMatchObject({
      schema: 'posterohm/predict/1',
      entropy: 'frozen',
      samples: 20,
      effectiveSamples: null,
      times: [6, 3600],
      chips: 3,
      preserved: { decisionAgreement: { mean: expect.any(Number) } },
      arrays: { 'hardware/test': [3, 2, 20, 128, 2] },
    });
    expect(document.uncertainty.sizes.rows).toBe(20);
    const nll = document.metrics.filter(({ metric }: { metric: string }) => metric === 'nll');
    expect(nll.map(({ time }: { time: number }) => time)).toEqual([6, 3600]);
    expect(nll[0].low).toBeLessThan(nll[0].mean);
    const { total, aleatoric, ...others } = document.uncertainty;
    const parts = ['posterior', 'deviceToDevice', 'cycleToCycle', 'read'].map(name => others[name]);
    expect(total.mean).toBeCloseTo(
      parts.reduce((sum, part) => sum + part.mean, aleatoric.mean),
      12,
    );
    for (const { entropy } of parts)
      expect(entropy).toMatchObject({ mean: expect.any(Number), halved: expect.any(Number) });
    await posterohm('evaluate', out, '--quiet');
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Whose uncertainty it is');
  });

  test('says at every time what survives, on the same chips', () => {
    const { evaluation = {} } = JSON.parse(
      `{"evaluation":${readFileSync(join(directory, 'evaluation.json'), 'utf8')}}`,
    );
    const { ageing, times, headlineTime, preserved } = evaluation.evaluation ?? evaluation;
    expect(ageing.map(({ time }: { time: number }) => time)).toEqual(times);
    expect(ageing[times.indexOf(headlineTime)].preserved).toEqual(preserved.metrics);
    expect(JSON.parse(first.out).compensation).toMatchObject({
      name: 'global',
      refit: { cellReads: expect.any(Number) },
    });
  });

  test('stage by stage ends where run ends, and takes up files put there by hand', async () => {
    const staged = join(folder, 'staged');
    writeFileSync(join(folder, 'alone.yaml'), smallExperiment());
    expect((await posterohm('train', join(folder, 'alone.yaml'), '--out', staged, '--quiet')).status).toBe(0);
    for (const verb of ['transfer', 'predict']) expect((await posterohm(verb, staged, '--quiet')).status).toBe(0);
    const evaluate = async () => {
      const {
        schema: _schema,
        runDirectory: _directory,
        seconds: _seconds,
        ...rest
      } = JSON.parse((await posterohm('evaluate', staged, '--json', '--quiet')).out);
      return withoutPlaces(rest);
    };
    const { schema: _schema, runDirectory: _directory, seconds: _seconds, ...whole } = JSON.parse(first.out);
    expect(await evaluate()).toEqual(withoutPlaces({ ...whole, variants: [] }));
    // A chip measured elsewhere takes the place of a simulated one.
    const chip = join(staged, 'chips/chip-00.safetensors');
    const table = join(folder, 'measured.csv');
    const other = join(staged, 'chips/chip-01.safetensors');
    expect((await posterohm('export', 'chip', other, '--time', '6s,1h', '--out', table, '--quiet')).status).toBe(0);
    expect((await posterohm('import', 'chip', table, '--out', chip, '--quiet')).status).toBe(0);
    const measured = new Uint8Array(readFileSync(chip));
    const after = await evaluate();
    expect(after.measured).toEqual([0]);
    expect(after.hardware.nll).not.toEqual(whole.hardware.nll);
    expect(after.deterministic).toEqual(whole.deterministic);
    expect((await posterohm('evaluate', staged, '--quiet')).out).toContain(
      'Measured conductances: chip-00; figures on hardware are means over it and 2 simulated chips, each one’s own',
    );
    expect(readFileSync(join(staged, 'report.html'), 'utf8')).toContain(
      'Measured conductances: chip-00; the other chips are simulated.',
    );
    expect(after.adopted).toEqual(['chip 0']);
    const { chip: standing, metrics } = after.standing![0]!;
    expect(standing).toBe(0);
    expect(metrics.nll.pValue).toBeGreaterThanOrEqual(2 / 3);
    // Another transfer leaves it in its place.
    rmSync(join(staged, 'plan.parquet'));
    expect((await posterohm('transfer', staged, '--quiet')).status).toBe(0);
    expect(new Uint8Array(readFileSync(chip))).toEqual(measured);
  });

  test('a run directory that has moved, with its experiment or alone, goes on', async () => {
    const there = join(folderWith({}), 'there');
    cpSync(folder, there, { recursive: true });
    const source = join(there, 'run', 'run.json');
    const record = JSON.parse(readFileSync(source, 'utf8'));
    expect(record.source).toMatchObject({ folder, fromRun: '..' });
    writeFileSync(source, JSON.stringify({ ...record, source: { ...record.source, folder: join(folder, 'gone') } }));
    const { status, out, err } = await posterohm('evaluate', join(there, 'run'), '--json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const { software, hardware } = JSON.parse(out);
    expect({ software, hardware }).toEqual({
      software: JSON.parse(first.out).software,
      hardware: JSON.parse(first.out).hardware,
    });
    expect(JSON.parse(readFileSync(source, 'utf8')).source.folder).toBe(there);
  });

  test('cost and evaluate on the folder of a variant are about the variant, and leave the rest alone', async () => {
    const own = join(directory, 'variants/half');
    const others = () => readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(n => !n.includes('half'));
    const written = () => others().map(name => [name, statSync(join(directory, name)).mtimeMs]);
    const before = written();
    const price = await posterohm('cost', own, '--json');
    expect({ status: price.status, err: price.err }).toEqual({ status: 0, err: '' });
    const document = JSON.parse(price.out);
    expect(JSON.parse(readFileSync(join(own, 'cost.json'), 'utf8'))).toMatchObject({
      energyPerDecision: document.energyPerDecision,
    });
    const evaluation = JSON.parse((await posterohm('evaluate', own, '--json', '--quiet')).out);
    expect(evaluation.hardware).toEqual(JSON.parse(first.out).variants[1].hardware);
    // Folders say when something in them was written, files when they were.
    expect(written()).toEqual(before);
    // Half the spread leaves other conductances, and another price.
    const base = JSON.parse((await posterohm('cost', directory, '--json', '--quiet')).out);
    expect(base.energyPerDecision).not.toBe(document.energyPerDecision);
  });
});
