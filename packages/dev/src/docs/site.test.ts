import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { inRepository } from '../repository';

const markdown = (...folders: string[]) =>
  execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', '--', ...folders],
    { cwd: inRepository(), encoding: 'utf8' },
  )
    .trim()
    .split('\n')
    .filter(file => file.endsWith('.md'));

type Nav = string | ReadonlyArray<Readonly<Record<string, Nav>>>;

function pagesOf(nav: Nav): string[] {
  return typeof nav === 'string'
    ? [nav]
    : nav.flatMap(entry => Object.values(entry).flatMap(pagesOf));
}

describe('the documentation as a site', () => {
  it('has every page in its navigation once, and nothing else', () => {
    const { nav, docs_dir: folder } = parse(
      readFileSync(inRepository('mkdocs.yml'), 'utf8'),
    ) as { nav: Nav; docs_dir: string };
    expect(folder).toBe('docs');
    expect(pagesOf(nav).sort()).toEqual(
      markdown('docs')
        .map(page => page.replace(/^docs\//, ''))
        .sort(),
    );
  });

  it('is found by the catalog', () => {
    const { metadata } = parse(
      readFileSync(inRepository('catalog-info.yaml'), 'utf8'),
    );
    expect(metadata.annotations['backstage.io/techdocs-ref']).toBe('dir:.');
  });

  it('has no block of YAML or JSON that cannot be read', () => {
    const problems: string[] = [];
    let blocks = 0;
    for (const page of markdown('docs', 'README.md', 'packages', 'plugins')) {
      const text = readFileSync(inRepository(page), 'utf8');
      for (const [, language, code] of text.matchAll(
        /^```(yaml|json)\b[^\n]*\n([\s\S]*?)^```$/gm,
      )) {
        blocks += 1;
        try {
          if (language === 'json') {
            JSON.parse(code);
          } else {
            for (const { errors } of parseAllDocuments(code)) {
              problems.push(...errors.map(error => `${page}: ${error}`));
            }
          }
        } catch (error) {
          problems.push(`${page}: ${error}\n${code}`);
        }
      }
    }
    expect(problems).toEqual([]);
    expect(blocks).toBeGreaterThan(20);
  });
});
