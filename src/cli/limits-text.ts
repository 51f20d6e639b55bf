import { formatNumber } from '../base/index.ts';
import type { Limits, Move } from '../explore/index.ts';
import { formatInterval } from '../report/index.ts';
import { aligned } from './aligned.ts';

/** Moves shown of each objective, and components of each price. */
const shownMoves = 5;
const shownParts = 4;

/** What stands between a design and better ones, for people. */
export function limitsText(
  { trial, moves, components }: Limits,
  better: (metric: string) => 'lower' | 'higher',
): string {
  const prices = Object.keys(moves[0]?.prices ?? {});
  const metrics = [...new Set(moves.flatMap(move => Object.keys(move.metrics)))];
  return [
    `What limits trial ${trial}, by moves of one variable`,
    ...metrics.flatMap(name => {
      const sign = better(name) === 'lower' ? 1 : -1;
      const known = moves.filter(move => move.metrics[name]);
      const best = known.sort((a, b) => sign * (a.metrics[name]!.mean - b.metrics[name]!.mean)).slice(0, shownMoves);
      return ['', table(`${name}, from trials that are there`, best, [name], prices)];
    }),
    ...prices.flatMap(name => {
      const cheaper = moves.filter(move => move.prices[name]! < 1).sort((a, b) => a.prices[name]! - b.prices[name]!);
      const parts = components.filter(({ price }) => price === name).slice(0, shownParts);
      const of = parts.map(({ name, share }) => `${name} ${(100 * share).toFixed(0)} %`).join(', ');
      return [
        '',
        ...(of ? [`${name} is ${of}`] : []),
        cheaper.length > 0
          ? table(`${name}, priced anew`, cheaper.slice(0, shownMoves), metrics, prices)
          : `${name}: no move of one variable makes it less`,
      ];
    }),
  ].join('\n');
}

const table = (title: string, moves: readonly Move[], metrics: readonly string[], prices: readonly string[]): string =>
  aligned([
    [title, ...metrics, ...prices, 'trial'],
    ...moves.map(({ variable, from, to, prices: factors, metrics: changes, trial }) => [
      `${variable} ${from === undefined ? '' : `${from} `}→ ${to}`,
      ...metrics.map(name => (changes[name] ? signed(formatInterval(changes[name])) : '–')),
      ...prices.map(name => `× ${formatNumber(factors[name]!, 3)}`),
      trial === undefined ? '–' : String(trial),
    ]),
  ]);

const signed = (text: string): string => (text.startsWith('−') ? text : `+${text}`);
