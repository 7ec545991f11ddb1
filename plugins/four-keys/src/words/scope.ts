import type { ScopeChoice } from '../state';
import { nameOfRef } from '../catalog';

/** What a scope is called: `Team payments`, `Everything I own`. */
export function sayScope(scope: ScopeChoice): string {
  switch (scope.kind) {
    case 'all':
      return 'Everything';
    case 'mine':
      return 'Everything I own';
    case 'template':
      return `Template ${scope.name}`;
    default:
      return `${scope.kind[0].toUpperCase()}${scope.kind.slice(1)} ${nameOfRef(
        scope.name,
      )}`;
  }
}
