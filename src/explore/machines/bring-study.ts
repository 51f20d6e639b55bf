import { basename, join } from 'node:path';
import { InputError } from '../../base/index.ts';
import { makeFolder, writeWhole } from '../../run/index.ts';
import { openRecord, readRecord, recordName } from '../record.ts';
import { type Database, openDatabase } from './database.ts';
import { eventsOf, inCommon } from './database-record.ts';
import type { PlacedWork } from './placed-work.ts';
import { alone, prepareTables } from './tables.ts';

/**
 * Brings a study, with its confirmation and baselines, from a database to the folder of its name, as far as the folder does
 * not have it. A folder that is being worked on has all of it.
 */
export async function bringStudy(address: string, folder: string): Promise<void> {
  const study = basename(folder);
  const database = await openDatabase(address);
  try {
    await alone(database, () => prepareTables(database));
    const parts = await database.query<{ name: string; work: string }>(
      "select name, work from posterohm.study where name = $1 or starts_with(name, $1 || '/') order by name",
      [study],
    );
    for (const { name, work } of parts) {
      await bringPart(database, name, JSON.parse(work) as PlacedWork | null, join(folder, name.slice(study.length)));
    }
    if (parts.length > 0 || (await readRecord(join(folder, recordName))).length > 0) return;
    const known = await database.query<{ name: string }>(
      "select name from posterohm.study where name not like '%/%' order by name",
    );
    throw new InputError({
      file: database.shown,
      path: [study],
      rule: 'is no study of this database',
      hint: `known: ${known.map(({ name }) => name).join(', ') || 'none'}`,
    });
  } finally {
    await database.close();
  }
}

async function bringPart(database: Database, study: string, work: PlacedWork | null, folder: string): Promise<void> {
  const file = join(folder, recordName);
  const events = await eventsOf(database, study);
  const there = await readRecord(file);
  const common = inCommon({ database, study }, events, there);
  if (events.length === common) return;
  // Whoever works on the folder brings the rest.
  const record = await openRecord(file).catch(error => {
    if (there.length === 0) throw error;
  });
  if (!record) return;
  try {
    await makeFolder(folder);
    for (const [name, text] of work?.module ? Object.entries(work.files) : [])
      await writeWhole(join(folder, name), text);
    for (const event of events.slice(inCommon({ database, study }, events, record.events))) record.append(event);
  } finally {
    await record.close();
  }
}
