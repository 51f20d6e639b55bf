import { formatNumber } from '../../base/index.ts';
import { type LearningCurve, methods, type Posterior, type PosteriorDiagnostics } from '../../bayes/index.ts';
import { concernsOf, type Subject } from '../../pipeline/index.ts';
import { curves } from '../figures/curves.ts';
import type { Section } from '../report.ts';
import { chainFigures } from './chains.ts';

/** How the posterior was made, and for draws whether the chains agree. */
export function trainingSection(
  subject: Subject,
  posterior: Posterior,
  found: PosteriorDiagnostics | null,
  curve: LearningCurve,
): Section {
  const { info, method } = posterior;
  const convergence = found && {
    title: 'Convergence of the chains, the worst over all quantities',
    columns: ['', 'R-hat', 'bulk ESS', 'tail ESS', 'quantities'],
    rows: [
      ['weights', found.weights] as const,
      ...(found.predictions ? [['predictions on validation inputs', found.predictions] as const] : []),
    ].map(([name, c]) => [name, c.rhatMax, c.bulkEssMin, c.tailEssMin, c.quantities]),
    note: 'Good: R-hat at most 1.01, ESS at least 400 (Vehtari 2021). Networks have symmetries (hidden units may swap, signs may flip), so weights mix slowly where predictions are long settled.',
  };
  const checks: [string, number, string][] = [
    ['Divergent trajectories', found?.divergences ?? Number.NaN, '0'],
    ['Least energy fraction of a chain (E-BFMI)', found?.energyFractionMin ?? Number.NaN, 'at least 0.3'],
    ['Pareto k̂ against the exact posterior of the model', Number(info.paretoShape ?? Number.NaN), 'at most 0.7'],
  ];
  const known = checks.filter(([, value]) => !Number.isNaN(value));
  const shown = ['paretoShape', 'divergences', 'energyFraction', 'tried'];
  const short = (value: unknown) => !Array.isArray(value) || value.length <= 16;
  const facts = Object.entries(info).filter(([name, value]) => !shown.includes(name) && short(value));
  return {
    title: 'Training',
    text: [
      `Method: ${methods[method as keyof typeof methods]?.title ?? method}.`,
      ...concernsOf(posterior, found, subject.data),
    ],
    tables: [
      ...(convergence ? [convergence] : []),
      ...(known.length > 0 ? [{ columns: ['Check', 'value', 'good'], rows: known }] : []),
      ...(info.tried ? [triedTable(info.tried as readonly TriedRanges[])] : []),
      { columns: ['Record', 'value'], rows: facts.map(([name, value]) => [name, cell(value)]) },
    ],
    figures: [...learningFigures(method, curve), ...chainFigures(subject, posterior)],
  };
}

/** One figure for each thing minimised, for their losses cannot be compared. */
function learningFigures(method: string, { step, loss, phase }: LearningCurve): NonNullable<Section['figures']> {
  return [...new Set(phase)].flatMap(name => {
    const own = step.map((_, i) => i).filter(i => phase[i] === name);
    if (own.length < 2) return [];
    const series = { name: name ?? method, x: own.map(i => step[i]!), y: own.map(i => loss[i]!) };
    const figure = curves({ xTitle: 'step', yTitle: 'loss (nat)', series: [series] });
    return [
      { figure, caption: name === null ? 'What training minimised, step by step.' : `What the ${name} minimised.` },
    ];
  });
}

/** Ranges as training tried them: a largest |w| for all layers, or a share of that at the start. */
type TriedRanges = { readonly nll: number } & (
  | { readonly limit: number }
  | { readonly share: number; readonly of: 'layer' | 'column' | 'network' }
  | { readonly factor: number; readonly layer: string }
);

function triedTable(tried: readonly TriedRanges[]) {
  return {
    title: 'Ranges of weights tried',
    columns: ['largest |w|', 'NLL on validation (nat)'],
    rows: tried.map(one => [
      'limit' in one
        ? one.limit
        : 'factor' in one
          ? `${formatNumber(one.factor, 3)} × that of layer ${one.layer} in the best before`
          : `${formatNumber(one.share, 3)} × the largest of ${one.of === 'network' ? 'the network' : `each ${one.of}`} at the start`,
      one.nll,
    ]),
    note: 'After a short training within each; training took the one with the least.',
  };
}

function cell(value: unknown): string | number {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.map(v => (typeof v === 'number' ? formatNumber(v, 3) : String(v))).join(', ');
}
