import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { idOf, type ShippedPackage } from './shipped';

const purlOf = ({ name, version }: ShippedPackage): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

function componentOf(one: ShippedPackage): Models.Component {
  const component = new Models.Component(
    Enums.ComponentType.Library,
    one.name,
    {
      bomRef: idOf(one),
      version: one.version,
      description: one.description,
      purl: purlOf(one),
    },
  );
  if (one.license) {
    component.licenses.add(new Models.LicenseExpression(one.license));
  }
  const [algorithm, digest] = one.integrity?.split('-', 2) ?? [];
  if (algorithm === 'sha512' && digest) {
    component.hashes.set(
      Enums.HashAlgorithm['SHA-512'],
      Buffer.from(digest, 'base64').toString('hex'),
    );
  }
  return component;
}

/**
 * The bill of materials of a release in CycloneDX 1.6 as JSON: our packages, and
 * all that comes with them. The same packages give the same text.
 */
export function sbomOf(packages: readonly ShippedPackage[]): string {
  const components = new Map(
    packages.map(one => [idOf(one), componentOf(one)] as const),
  );
  const root = new Models.Component(
    Enums.ComponentType.Application,
    'four-keys-for-backstage',
    { bomRef: 'four-keys-for-backstage' },
  );
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: root }),
  });
  for (const one of packages) {
    const component = components.get(idOf(one));
    if (!component) {
      continue;
    }
    bom.components.add(component);
    if (one.isOurs) {
      root.dependencies.add(component.bomRef);
    }
    for (const id of one.dependsOn) {
      const target = components.get(id);
      if (target) {
        component.dependencies.add(target.bomRef);
      }
    }
  }
  const serializer = new Serialize.JsonSerializer(
    new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
  );
  return serializer.serialize(bom, { sortLists: true, space: 2 });
}
