export { type CatalogueEntry, type CatalogueFile, catalogue } from './catalogue.ts';
export type { Fetch } from './download.ts';
export { fetchData, fetchEntry } from './fetch-data.ts';
