import type { Browser, Page } from 'playwright-core';

export type View = readonly [address: string, text: string];

export interface OpenStudio {
  readonly address: string;
  readonly folder: string;
  readonly directory: string;
  close(): Promise<void>;
}

export const chromiumPath: string | undefined;
export const quickExperiment: string;
export function openBrowser(): Promise<Browser>;
export function viewsOf(run: string): Readonly<Record<string, View>>;
export function openView(page: Page, address: string, view: View): Promise<void>;
export function openStudio(options?: { readonly run?: boolean }): Promise<OpenStudio>;
export function openAlone(): Promise<Pick<OpenStudio, 'address' | 'close'>>;
