const numbers = (version: string): readonly number[] => version.split('-')[0]!.split('.').map(Number);

/** Whether `version` is at least `floor`. */
export function reaches(version: string, floor: string): boolean {
  const [is, least] = [numbers(version), numbers(floor)];
  for (const [at, part] of least.entries()) if (is[at] !== part) return (is[at] ?? 0) > part;
  return true;
}
