import { isMap, parseAllDocuments, visit } from 'yaml';

/**
 * Whether the text is the source of YAML rather than YAML: `{{ }}` outside of
 * text. YAML itself reads that as a map with a map as its key. `${{ }}` is a
 * text, of GitHub Actions for one.
 *
 * @public
 */
export function isYamlTemplate(text: string): boolean {
  if (!text.includes('{{')) {
    return false;
  }
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  return (Array.isArray(documents) ? documents : []).some(document => {
    let found = document.errors.length > 0;
    visit(document, {
      Map(_, map) {
        found ||= isMap(map) && text.startsWith('{{', map.range?.[0]);
        return found ? visit.BREAK : undefined;
      },
    });
    return found;
  });
}
