import { type Fault, InputError } from '../../base/index.ts';
import type { Task } from '../../data/index.ts';
import { describedAs } from '../../uncertainty/index.ts';
import type { Goal, Limit } from './goals.ts';

/** Refuses limits that no value can keep: every fault at once. */
export function checkLimits(limits: readonly Limit[], task: Task): void {
  const faults = limits.flatMap((limit, i) => [
    ...contradictions(limit, limits.slice(0, i + 1)),
    ...beyondBounds(limit, task),
  ]);
  if (faults.length > 0) throw new InputError(faults);
}

/** Limits of one goal, this one's and earlier ones', between which nothing lies. */
function contradictions({ goal, most, least, path }: Limit, upTo: readonly Limit[]): Fault[] {
  const same = upTo.filter(other => other.goal.name === goal.name);
  const ceiling = Math.min(...same.map(other => other.most ?? Number.POSITIVE_INFINITY));
  const ground = Math.max(...same.map(other => other.least ?? Number.NEGATIVE_INFINITY));
  if (!(ground > ceiling)) return [];
  const rule = `'${goal.name}' cannot be at least ${ground} and at most ${ceiling}`;
  return [
    {
      path: [...path, most === undefined || least !== undefined ? 'atLeast' : 'atMost'],
      rule,
      hint: 'widen one of them',
    },
  ];
}

/** Limits outside of what the goal can be. */
function beyondBounds({ goal, most, least, path }: Limit, task: Task): Fault[] {
  const [low, high] = boundsOf(goal, task);
  const faults: Fault[] = [];
  if (most !== undefined && most < low) {
    faults.push({
      path: [...path, 'atMost'],
      rule: `'${goal.name}' is never below ${low}`,
      value: most,
      hint: 'raise it',
    });
  }
  if (least !== undefined && least > high) {
    faults.push({
      path: [...path, 'atLeast'],
      rule: `'${goal.name}' is never above ${high}`,
      value: least,
      hint: 'lower it',
    });
  }
  return faults;
}

function boundsOf({ of }: Goal, task: Task): readonly [number, number] {
  if ('price' in of) return [0, Number.POSITIVE_INFINITY];
  if (of.over.kind === 'yield') return [0, 1];
  const found = describedAs(of.metric).find(metric => metric.task === task);
  return found?.bounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}
