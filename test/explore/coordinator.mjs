// Works on the study of `problem.mjs` in a folder, as a person's own program would:
// `coordinator.mjs FOLDER TRIALS PROCESSES QUERY [DATABASE]`, where a database has its own workers.
import { nsga2, study } from '../../dist/entries/explore.js';

const [folder, trials, processes, query, address] = process.argv.slice(2);
await study(new URL(`./problem.mjs?${query}`, import.meta.url), {
  sampler: nsga2,
  options: { population: 8 },
  seed: 5,
  window: 3,
  budget: { trials: Number(trials) },
  folder,
  ...(address ? { database: { address, study: 'killed' } } : { processes: Number(processes) }),
});
