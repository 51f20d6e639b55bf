import type { BaselineCost, CostDocument } from './cost.ts';

const digital: readonly string[] = ['digital-sram', 'sram-cim'];

/** Whether a baseline stands for what a digital designer would build of the same network, at the same quality. */
const isDigitalRival = ({ architecture, quality }: BaselineCost): boolean =>
  digital.includes(architecture) && (quality === undefined || quality.verdict === 'as good');

/** What an analog design must beat: the digital one of least energy that predicts at least as well; undefined where none is compared. */
export function strongestRival({ architecture, baselines }: CostDocument): BaselineCost | undefined {
  if (digital.includes(architecture) || architecture === 'processor') return undefined;
  const rivals = baselines.filter(isDigitalRival);
  if (rivals.length === 0) return undefined;
  return rivals.reduce((best, one) => (one.energyPerDecision! < best.energyPerDecision! ? one : best));
}
