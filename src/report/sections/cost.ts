import { type Citation, faultText, InputError } from '../../base/index.ts';
import { costCrossings, costOfDesign, costSensitivity, type Subject } from '../../pipeline/index.ts';
import type { Chip } from '../../transfer/index.ts';
import { costSection } from '../cost-section.ts';
import type { Section } from '../report.ts';

/** What a decision costs, with the sources of its figures; an experiment that cannot be priced says why instead. */
export function pricedSection(
  { experiment, design, data }: Subject,
  chip: Chip,
): { section: Section; citations: readonly Citation[] } {
  const priced = { name: experiment.name, design, data, chip };
  try {
    const cost = costOfDesign(priced);
    const extras = { sensitivity: costSensitivity(priced), breakEven: costCrossings(priced) };
    return { section: costSection(cost, extras), citations: cost.citations };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const text = error.faults.map(fault => `A decision is not priced: ${faultText(fault)}`);
    return { section: { title: 'Cost', text }, citations: [] };
  }
}
