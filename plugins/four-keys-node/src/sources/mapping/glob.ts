const compiled = new Map<string, RegExp>();

/** Globs come from the configuration and the catalog: few, and again and again. */
const MAX_COMPILED = 5000;

function compile(glob: string): RegExp {
  const pattern = glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map(part => {
      switch (part) {
        case '**/':
          return '(?:.*/)?';
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
  return new RegExp(`^${pattern}$`, 'is');
}

/**
 * Whether a name matches a glob: `*` stands for anything up to the next `/`,
 * `**` for anything, `?` for one character. Case counts for nothing.
 *
 * @public
 */
export function matchesGlob(glob: string, name: string): boolean {
  let pattern = compiled.get(glob);
  if (!pattern) {
    if (compiled.size >= MAX_COMPILED) {
      compiled.clear();
    }
    pattern = compile(glob);
    compiled.set(glob, pattern);
  }
  return pattern.test(name);
}

/** Whether a name matches any of the globs. @public */
export const matchesAnyGlob = (globs: readonly string[], name: string) =>
  globs.some(glob => matchesGlob(glob, name));
