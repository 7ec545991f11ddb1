import { Arborist, type Node } from '@npmcli/arborist';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '../repository';

/** A package that lands on a machine which installs one of ours. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** As the package states it; undefined where it states none that can be read. */
  readonly license: string | undefined;
  readonly description: string | undefined;
  /** Subresource integrity of its tarball; undefined for our own packages. */
  readonly integrity: string | undefined;
  readonly isOurs: boolean;
  /** `name@version` of what it asks for, in order. */
  readonly dependsOn: readonly string[];
}

export const idOf = ({
  name,
  version,
}: Pick<ShippedPackage, 'name' | 'version'>): string => `${name}@${version}`;

/** Before SPDX a package could list its licences as objects. */
interface Stated {
  readonly license?: unknown;
  readonly licenses?: unknown;
}

function statedLicense({ license, licenses }: Stated): string | undefined {
  const stated = license ?? licenses;
  const names = (Array.isArray(stated) ? stated : [stated])
    .map(one =>
      typeof one === 'object' && one !== null
        ? (one as { type?: unknown }).type
        : one,
    )
    .filter((name): name is string => typeof name === 'string');
  return names.length === 0 ? undefined : names.join(' OR ');
}

function licenseOf(node: Node): string | undefined {
  const inLock = statedLicense(node.package as Stated);
  const manifest = path.join(node.path, 'package.json');
  if (inLock !== undefined || !existsSync(manifest)) {
    return inLock;
  }
  return statedLicense(JSON.parse(readFileSync(manifest, 'utf8')) as Stated);
}

const targetsOf = (node: Node): Node[] =>
  [...node.edgesOut.values()]
    .filter(({ type, to }) => type !== 'dev' && to)
    .map(({ to }) => (to as Node).target);

/**
 * Everything that our published packages bring with them, by the lockfile: their
 * own dependencies, optional and peer ones included, down to the leaves.
 */
export async function shippedPackages(): Promise<ShippedPackage[]> {
  const tree = await new Arborist({ path: inRepository() }).loadVirtual();
  const ours = [...tree.edgesOut.values()]
    .filter(({ workspace }) => workspace)
    .map(({ to }) => (to as Node).target)
    .filter(node => !(node.package as { private?: boolean }).private);
  const found = new Set<Node>(ours);
  for (const node of found) {
    for (const target of targetsOf(node)) {
      found.add(target);
    }
  }
  const byId = new Map<string, ShippedPackage>();
  for (const node of found) {
    const one: ShippedPackage = {
      name: node.packageName,
      version: node.version,
      license: licenseOf(node),
      description: (node.package as { description?: string }).description,
      integrity: node.integrity ?? undefined,
      isOurs: node.isWorkspace,
      dependsOn: targetsOf(node)
        .map(({ packageName, version }) => `${packageName}@${version}`)
        .sort(),
    };
    byId.set(idOf(one), one);
  }
  return [...byId.values()].sort((a, b) => idOf(a).localeCompare(idOf(b)));
}
