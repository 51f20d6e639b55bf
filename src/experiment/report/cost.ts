import { type Citation, faultText, InputError } from '../../base/index.ts';
import { costSection, type Section } from '../../report/index.ts';
import type { Chip } from '../../transfer/index.ts';
import { priceRun } from '../cost.ts';
import type { Setting } from '../setting.ts';

/** What a decision costs, with the sources of its figures; an experiment that cannot be priced says why instead. */
export function pricedSection(setting: Setting, chip: Chip): { section: Section; citations: readonly Citation[] } {
  try {
    const { cost, ...extras } = priceRun(setting, chip);
    return { section: costSection(cost, extras), citations: cost.citations };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const text = error.faults.map(fault => `A decision is not priced: ${faultText(fault)}`);
    return { section: { title: 'Cost', text }, citations: [] };
  }
}
