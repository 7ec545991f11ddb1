/**
 * Whether a name matches a glob: `*` stands for anything up to the next `/`,
 * `**` for anything, `?` for one character. Case counts for nothing.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const pattern = glob
    .split(/(\*\*|\*|\?)/)
    .map(part => {
      switch (part) {
        case '**':
          return '.*';
        case '*':
          return '[^/]*';
        case '?':
          return '[^/]';
        default:
          return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
      }
    })
    .join('');
  return new RegExp(`^${pattern}$`, 'is').test(name);
}
