/** The last name of a path. */
export const lastNameOf = (path: string): string => path.split(/[/\\]/).at(-1)!;
