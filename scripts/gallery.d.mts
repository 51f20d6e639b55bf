export const figures: Readonly<Record<'bring' | 'fit' | 'price' | 'ask', readonly [report: string, name: string]>>;
export function figureOf(folder: string, figure: readonly [report: string, name: string]): Promise<string>;
