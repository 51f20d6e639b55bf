export function manifestOf(platform: string): {
  readonly name: string;
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc?: readonly string[];
  readonly main: string;
};
export function optionalDependencies(): Record<string, string>;
