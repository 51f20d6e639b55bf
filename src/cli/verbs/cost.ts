import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatNumber, formatQuantity, InputError, lookUp, parseQuantity } from '../../base/index.ts';
import {
  type BreakEven,
  type CostDocument,
  components,
  componentUnit,
  costPreset,
  type PresetDocument,
  type Sensitivity,
  silicon,
  sourceOf,
  technology,
} from '../../cost/index.ts';
import {
  checkPrice,
  costCrossings,
  costOfDesign,
  costSensitivity,
  priceable,
  pricedOf,
  rivalsOf,
} from '../../pipeline/index.ts';
import { bandCell, crossingText, formatInterval, headlineText, qualityText, siliconText } from '../../report/index.ts';
import { type Run, writeWhole } from '../../run/index.ts';
import { aligned } from '../aligned.ts';
import { openAgain, openFor, staleOptions } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Answer, Shell, Verb } from '../verb.ts';

export const cost: Verb = {
  options: [
    { flags: '--preset <name>', summary: 'a published case instead of an experiment: bayes2imc, bonnet23 or hermes' },
    { flags: '--silicon', summary: 'measured macros beside what the model says of them' },
    { flags: '--component <name>', summary: 'one component by itself, such as adc-sar' },
    { flags: '--node <length>', summary: 'feature size for --component; 22 nm by default' },
    { flags: '--with <list>', summary: 'parameters for --component, such as bits=8,rate=100e6' },
    {
      flags: '--machine-power <power>',
      summary: 'also compare with this machine, its speed measured, at this power, such as 15 W',
    },
    { flags: '--sensitivity', summary: 'also what moves the ratio to SRAM, and where energies cross' },
    ...staleOptions,
  ],
  examples: [
    'cost examples/moons.yaml',
    'cost runs/moons --json',
    'cost runs/moons --sensitivity',
    'cost --preset bayes2imc',
    'cost --silicon',
    "cost --component adc-sar --node '32 nm' --with bits=8,rate=100e6",
  ],
  async run([path], options, shell) {
    const { preset, component, machinePower } = options;
    const given = [path, preset, component, options.silicon].filter(one => one !== undefined).length;
    if (given !== 1) {
      throw new InputError(
        `cost: must be given one of an experiment or run directory, --preset, --component and --silicon, got ${given}; try posterohm cost --preset bayes2imc.`,
      );
    }
    if (options.silicon) return siliconAnswer();
    if (component !== undefined) return componentAnswer(String(component), options);
    if (preset !== undefined) {
      return presetAnswer(costPreset(String(preset)));
    }
    const power = machinePower === undefined ? undefined : wattsOf(String(machinePower));
    const found = await stat(resolve(shell.folder, path!)).catch(() => undefined);
    const { run, variants } = await (found?.isDirectory()
      ? openAgain(path!, shell, options)
      : openFor(path!, shell, options));
    const priced = await pricedFor(run, shell);
    const rivals = await rivalsOf(run.subject, run.subject.experiment.evaluate.baselines, shell.job('baselines'));
    const cost = costOfDesign(priced, power, rivals);
    const others = [];
    for (const [name, variant] of variants) {
      others.push({ name, cost: await priceable(async () => costOfDesign(await pricedFor(variant, shell))) });
    }
    const influences = options.sensitivity
      ? { sensitivity: costSensitivity(priced), breakEven: costCrossings(priced) }
      : undefined;
    await writeWhole(run.directory.file('cost.json'), `${JSON.stringify(cost, null, 2)}\n`);
    const text = [
      costText(cost),
      ...(others.length > 0 ? ['', variantsText(others)] : []),
      ...(influences ? ['', influencesText(influences.sensitivity), '', ...crossings(influences.breakEven)] : []),
      '',
      `Cost: ${shown(run.directory.file('cost.json'))}`,
    ].join('\n');
    return { document: { ...cost, ...influences, ...(others.length > 0 && { variants: others }) }, text };
  },
};

/** What an experiment's price depends on; what has none is refused before anything is trained. */
function pricedFor({ subject }: Run, shell: Shell) {
  const { design, data, experiment } = subject;
  checkPrice({ design, data, name: experiment.name });
  return pricedOf(subject, shell.job('transfer'));
}

const crossings = (breakEven: readonly BreakEven[]): string[] =>
  breakEven.map(({ axis, points, crossings }) => crossingText(axis, points, crossings));

function variantsText(others: readonly { readonly name: string; readonly cost: CostDocument | string }[]): string {
  const rows = others.map(({ name, cost }) =>
    typeof cost === 'string'
      ? [name, cost]
      : [name, show(cost.energyPerDecision, 'J'), show(cost.latency, 's'), squareMillimetres(cost.area)],
  );
  return aligned([['variant', 'energy', 'latency', 'area'], ...rows]);
}

function siliconAnswer(): Answer {
  const found = silicon();
  const cell = (ratio: number | undefined, read: string | undefined) =>
    ratio === undefined ? '–' : `${formatNumber(ratio, 2)} (${read})`;
  const rows = found.macros.map(({ macro, energy, area }) => [
    macro.name,
    macro.class,
    cell(energy, macro.energyPerOperation?.[1]),
    cell(area, macro.area?.[1]),
    macro.assumed ? `assumed: ${macro.assumed}` : '',
  ]);
  const text = [
    aligned([['measured over predicted', 'class', 'energy (read in)', 'area (read in)', ''], ...rows]),
    '',
    siliconText(),
  ].join('\n');
  return { document: { ...found }, text };
}

function wattsOf(text: string): number {
  const power = parseQuantity(text, 'power', '--machine-power');
  if (power > 0) return power;
  throw new InputError({
    path: ['--machine-power'],
    rule: 'must be positive',
    value: text,
    hint: 'give the watts the machine draws at work',
  });
}

function componentAnswer(name: string, options: Readonly<Record<string, string | boolean | undefined>>): Answer {
  const component = lookUp(components, name, '--component');
  const node = parseQuantity(String(options.node ?? '22 nm'), 'length', '--node');
  const process = technology({ node, temperature: 300 });
  const { energy, area, leakage } = componentUnit(component, process, parametersOf(options.with));
  const { formula, validity, spread } = component;
  const source = sourceOf(component);
  const { voltage } = process;
  return {
    document: {
      component: name,
      node,
      voltage,
      temperature: 300,
      energy,
      area,
      leakage,
      formula,
      validity,
      source,
      spread,
    },
    text: aligned([
      ['component', component.title],
      ['energy', `${formatQuantity(energy, 'J')} a use`],
      ['area', `${formatNumber(area * 1e12)} µm²`],
      ['standby', formatQuantity(leakage, 'W')],
      ['supply', `${formatNumber(voltage, 2)} V at ${formatQuantity(node, 'm')}, 300 K`],
      ['formula', formula],
      ['holds for', validity],
      ['source', source],
      ['spread', `${spread.energy} in energy, ${spread.area} in area (geometric standard deviation)`],
    ]),
  };
}

/** `bits=8,table=true` as a record. */
function parametersOf(list: string | boolean | undefined): Record<string, number | boolean> {
  if (typeof list !== 'string') return {};
  return Object.fromEntries(
    list.split(',').map(entry => {
      const [name, value] = entry.split('=').map(part => part.trim());
      if (!name || !value) {
        throw new InputError({
          path: ['--with'],
          rule: 'must be a list such as bits=8,rate=100e6',
          value: entry,
          hint: 'write name=value',
        });
      }
      return [name, value === 'true' ? true : value === 'false' ? false : Number(value)];
    }),
  );
}

function presetAnswer(document: PresetDocument): Answer {
  const rows = document.validation.map(({ quantity, unit, published: [low, high], computed, agrees }) => [
    quantity,
    low === high ? formatNumber(low, 3) : `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`,
    formatInterval({ mean: computed.central, low: computed.low, high: computed.high }),
    unit === '1' ? '' : unit,
    agrees ? 'overlap' : 'apart',
  ]);
  const text = [
    document.title,
    '',
    costText(document),
    '',
    aligned([['', 'published', 'computed [5 %, 95 %]', '', ''], ...rows]),
    ...(document.sensitivity ? ['', influencesText(document.sensitivity)] : []),
  ].join('\n');
  return { document: { ...document }, text };
}

const show = (value: number | null, unit: string): string => (value === null ? '–' : formatQuantity(value, unit));
const squareMillimetres = (area: number | null): string => (area === null ? '–' : `${formatNumber(area * 1e6, 3)} mm²`);

/** The few things that move the ratio to SRAM most. */
function influencesText({ ratio: name, nominal, influences: all }: Sensitivity): string {
  const what = { energy: 'energy', energyArea: 'energy · area', area: 'area' }[name];
  const rows = all
    .slice(0, 6)
    .map(({ name, low, high }) => [name, `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`]);
  return aligned([[`what moves the ratio to SRAM, ${what}`, formatNumber(nominal, 3)], ...rows]);
}

function costText(document: CostDocument): string {
  const { workload, bands, rate } = document;
  const own = { name: document.architecture, samples: workload.samples, ...document };
  const designs = [own, ...document.baselines].map(one => [
    one.name,
    `${one.samples}`,
    show(one.energyPerDecision, 'J'),
    show(one.latency, 's'),
    squareMillimetres(one.area),
    one.gopsPerWatt === null ? '–' : formatNumber(one.gopsPerWatt),
    ratio(one, 'energy'),
    ratio(one, 'energyArea'),
    'ratio' in one && one.architecture !== 'processor' ? qualityText(one.quality) : '',
  ]);
  const components = [...document.components]
    .sort((a, b) => b.energy - a.energy)
    .map(({ title, energy, area, source }) => [title, show(energy, 'J'), squareMillimetres(area), source]);
  return [
    `${workload.name}, ${workload.samples} ${workload.samples === 1 ? 'sample' : 'samples'}: ${show(document.energyPerDecision, 'J')} a decision, median (5 % quantile ${show(bands.energyPerDecision.low, 'J')}, 95 % ${show(bands.energyPerDecision.high, 'J')}), at ${formatQuantity(document.node, 'm')}${rate === null ? '' : ` and ${formatNumber(rate, 3)} decisions a second`}`,
    '',
    aligned([
      ['', 'samples', 'energy', 'latency', 'area', 'GOPS/W', '× energy [5 %, 95 %]', '× energy · area', 'quality'],
      ...designs,
    ]),
    '',
    ...headlineText(document),
    siliconText(),
    `Inside: ${document.boundary}.`,
    '',
    aligned([['component', 'energy', 'area', 'source'], ...components]),
  ].join('\n');
}

function ratio(one: object, name: 'energy' | 'energyArea'): string {
  if (!('ratio' in one)) return '';
  const cell = bandCell((one.ratio as CostDocument['baselines'][number]['ratio'])[name]);
  return cell ? formatInterval(cell) : '–';
}
