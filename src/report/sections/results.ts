import { formatDuration } from '../../base/index.ts';
import { chipName, type Evaluation } from '../../pipeline/index.ts';
import { headlines } from '../../uncertainty/index.ts';
import { evidenceWords, withInterval } from '../evidence.ts';
import { metricsTable } from '../metrics-table.ts';
import type { Table } from '../table.ts';

/** The few numbers that matter: software, chips and one weight vector on chips, with intervals. */
export const resultsTable = (evaluation: Evaluation): Table =>
  metricsTable(columnsOf(evaluation), headlines, evidenceNote(evaluation));

/** What the figures are of and what their intervals rest on. */
export const evidenceNote = (evaluation: Evaluation): string =>
  `Chips are looked at ${formatDuration(evaluation.headlineTime)} after programming. ${evidenceWords(evaluation.evidence).note}${measuredNote(evaluation)}`;

/** Which chips are real, where some are. */
function measuredNote({ hardware: { measured = [], chips } }: Evaluation): string {
  if (measured.length === 0) return '';
  const names = measured.map(chipName).join(', ');
  return ` Measured conductances: ${names}${measured.length < chips.length ? '; the other chips are simulated' : ''}.`;
}

function columnsOf({ evidence, software, hardware, deterministic }: Evaluation) {
  const over = evidenceWords(evidence);
  return [
    { name: withInterval('software', over.software), values: software.metrics },
    { name: withInterval('hardware', over.chips), values: hardware.metrics },
    { name: withInterval('deterministic, hardware', over.chips), values: deterministic.metrics },
  ];
}
