import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { formatQuantity, InputError, parseQuantity } from '../../base/index.ts';
import { type CostDocument, costPreset, type PresetDocument, type Sensitivity } from '../../cost/index.ts';
import { checkPrice, priceRun } from '../../experiment/index.ts';
import { keyOf } from '../../random/index.ts';
import { formatInterval, formatNumber } from '../../report/index.ts';
import { aligned, openAgain, openFor } from '../experiment.ts';
import type { Answer, Verb } from '../verb.ts';

export const cost: Verb = {
  usage: 'cost [experiment]',
  summary: 'What a decision costs: energy, latency and area by component, against SRAM and processors.',
  options: [
    { flags: '--preset <name>', summary: 'a published case instead of an experiment: bayes2imc, bonnet23 or hermes' },
    {
      flags: '--machine-power <power>',
      summary: 'also compare with this machine, its speed measured, at this power, such as 15 W',
    },
  ],
  examples: ['cost examples/moons.yaml', 'cost runs/moons --json', 'cost --preset bayes2imc'],
  async run([path], { preset, machinePower }, shell) {
    if ((path === undefined) === (preset === undefined)) {
      throw new InputError(
        `cost: must be given an experiment or run directory, or --preset, but ${path === undefined ? 'neither' : 'not both'}; try posterohm cost --preset bayes2imc.`,
      );
    }
    if (preset !== undefined) {
      return presetAnswer(costPreset(String(preset), keyOf(shell.seed ?? 0)));
    }
    const power = machinePower === undefined ? undefined : wattsOf(String(machinePower));
    const found = await stat(resolve(shell.folder, path!)).catch(() => undefined);
    const { run } = await (found?.isDirectory() ? openAgain(path!, shell) : openFor(path!, shell));
    checkPrice(run.setting);
    const { hardware } = await run.transferred();
    const priced = priceRun(run.setting, hardware.chips[0]!, power);
    await run.directory.write('cost.json', `${JSON.stringify(priced.cost, null, 2)}\n`);
    const text = `${costText(priced.cost)}\n\n${influences(priced.sensitivity)}\n\nCost: ${relative('', run.directory.file('cost.json'))}`;
    const { cost: price, ...extras } = priced;
    return { document: { ...price, ...extras }, text };
  },
};

function wattsOf(text: string): number {
  const power = parseQuantity(text, 'power', '--machine-power');
  if (power > 0) return power;
  throw new InputError(`--machine-power: must be positive, got ${text}; give the watts the machine draws at work.`);
}

function presetAnswer(document: PresetDocument): Answer {
  const rows = document.validation.map(({ quantity, unit, published: [low, high], computed, agrees }) => [
    quantity,
    low === high ? formatNumber(low, 3) : `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`,
    formatInterval({ mean: computed.nominal, low: computed.low, high: computed.high }),
    unit === '1' ? '' : unit,
    agrees ? 'overlap' : 'apart',
  ]);
  const text = [
    document.title,
    '',
    costText(document),
    '',
    aligned([['', 'published', 'computed [90 %]', '', ''], ...rows]),
    ...(document.sensitivity ? ['', influences(document.sensitivity)] : []),
  ].join('\n');
  return { document: { ...document }, text };
}

const show = (value: number | null, unit: string): string => (value === null ? '–' : formatQuantity(value, unit));
const squareMillimetres = (area: number | null): string => (area === null ? '–' : `${formatNumber(area * 1e6, 3)} mm²`);

/** The few things that move the ratio to SRAM most. */
function influences({ ratio: name, nominal, influences: all }: Sensitivity): string {
  const what = { powerEfficiency: 'GOPS/W', totalEfficiency: 'GOPS/W/mm²', area: 'area' }[name];
  const rows = all
    .slice(0, 6)
    .map(({ name, low, high }) => [name, `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`]);
  return aligned([[`what moves × ${what} over SRAM`, formatNumber(nominal, 3)], ...rows]);
}

function costText(document: CostDocument): string {
  const { workload, bands } = document;
  const designs = [{ name: document.architecture, ...document }, ...document.baselines].map(one => [
    one.name,
    show(one.energyPerDecision, 'J'),
    show(one.latency, 's'),
    squareMillimetres(one.area),
    one.gopsPerWatt === null ? '–' : formatNumber(one.gopsPerWatt),
    ratio(one, 'powerEfficiency'),
    ratio(one, 'totalEfficiency'),
  ]);
  const components = [...document.components]
    .sort((a, b) => b.energy - a.energy)
    .map(({ title, energy, area, source }) => [title, show(energy, 'J'), squareMillimetres(area), source]);
  return [
    `${workload.name}, ${workload.samples} ${workload.samples === 1 ? 'sample' : 'samples'}: ${show(document.energyPerDecision, 'J')} a decision (${show(bands.energyPerDecision.low, 'J')} to ${show(bands.energyPerDecision.high, 'J')}) at ${formatQuantity(document.node, 'm')}`,
    '',
    aligned([['', 'energy', 'latency', 'area', 'GOPS/W', '× GOPS/W [90 %]', '× GOPS/W/mm²'], ...designs]),
    '',
    aligned([['component', 'energy', 'area', 'source'], ...components]),
  ].join('\n');
}

function ratio(one: object, name: 'powerEfficiency' | 'totalEfficiency'): string {
  if (!('ratio' in one)) return '';
  const { mean, low, high } = (one.ratio as CostDocument['baselines'][number]['ratio'])[name];
  return mean === null || low === null || high === null ? '–' : formatInterval({ mean, low, high });
}
