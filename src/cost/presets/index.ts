import { lookUp } from '../../base/index.ts';
import { bayes2imc } from './bayes2imc.ts';
import { bonnet23 } from './bonnet23.ts';
import { hermes } from './hermes.ts';
import type { CostPreset, PresetDocument } from './preset.ts';

/** Published cases, by name. */
export const costPresets: Readonly<Record<string, CostPreset>> = { bayes2imc, bonnet23, hermes };

/** Prices a published case and puts the published numbers beside ours. */
export const costPreset = (name: string): PresetDocument => lookUp(costPresets, name, 'preset').run();
