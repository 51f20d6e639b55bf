import { chipName, type Evaluation, type Standing } from '../../pipeline/index.ts';
import { metrics } from '../../uncertainty/index.ts';
import { shortLabel } from '../metrics-table.ts';
import type { Section } from '../report.ts';

/** Real chips beside the simulated ones. */
export const realSection = (standing: readonly Standing[], task: Evaluation['task']): Section => ({
  title: 'Measured chips among simulated ones',
  tables: [
    {
      title: 'Each measured chip',
      columns: ['', 'metric', 'measured', 'simulated, mean', 'p'],
      rows: standing.flatMap(({ chip, metrics: of }) =>
        metrics
          .filter(metric => metric.task === task)
          .flatMap(metric => {
            const found = of[metric.name];
            return found ? [[chipName(chip), shortLabel(metric), found.value, found.simulated, found.pValue]] : [];
          }),
      ),
      note: 'p: the chance of a rank as far out among the simulated chips, were the measured one of them; with K of these it is never below 2/(K + 1).',
    },
  ],
});
