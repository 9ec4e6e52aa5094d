/** Characters of a slug that a person chooses, or that a name gives. */
export const MAX_SLUG = 48;

/** A name as part of an address: ASCII letters, digits and hyphens; a name without any of them is an `organization`. */
export function slugOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = ascii.replace(/[^a-z0-9]+/g, '-').slice(0, MAX_SLUG);
  return slug.replace(/^-+|-+$/g, '') || 'organization';
}
