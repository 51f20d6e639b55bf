import { type Citation, faultText, InputError, jobOf } from '../../base/index.ts';
import {
  costCrossings,
  costOfDesign,
  costSensitivity,
  pricedOf,
  rivalsOf,
  type Subject,
} from '../../pipeline/index.ts';
import { costSection } from '../cost-section.ts';
import type { Section } from '../report.ts';

/** What a decision costs, with the sources of its figures; an experiment that cannot be priced says why instead. */
export async function pricedSection(subject: Subject): Promise<{ section: Section; citations: readonly Citation[] }> {
  const { experiment } = subject;
  try {
    const priced = await pricedOf(subject);
    const rivals = await rivalsOf(subject, experiment.evaluate.baselines, jobOf());
    const cost = costOfDesign(priced, undefined, rivals);
    const extras = { sensitivity: costSensitivity(priced), breakEven: costCrossings(priced) };
    return { section: costSection(cost, extras), citations: cost.citations };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const text = error.faults.map(fault => `A decision is not priced: ${faultText(fault)}`);
    return { section: { title: 'Cost', text }, citations: [] };
  }
}
