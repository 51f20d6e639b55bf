import type { EvaluatedRun } from './evaluate-run.ts';
import { versions } from './version.ts';
import { writeWhole } from './whole-file.ts';

/** Writes `report.html` and says where. */
export async function writeReport({ run, evaluated, variants }: EvaluatedRun, command: string): Promise<string> {
  // Figures are loaded where they are drawn: child processes and most verbs draw none.
  const { reportHtml, reportOf } = await import('../report/index.ts');
  const reported = {
    subject: run.subject,
    evaluated,
    variants: variants.map(({ name, run, evaluated }) => ({ name, subject: run.subject, evaluated })),
  };
  const file = run.directory.file('report.html');
  await writeWhole(file, reportHtml(await reportOf(reported, command, versions())));
  return file;
}
