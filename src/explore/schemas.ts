import { jsonSchema, schemas as ofDesigns } from '../experiment/index.ts';
import { studySchema } from './study-file/schema.ts';

/** JSON Schemas of the files that people write, by name; defaults, units and sentences included. */
export const schemas = { ...ofDesigns, study: () => jsonSchema(studySchema, 'Study') } as const;
