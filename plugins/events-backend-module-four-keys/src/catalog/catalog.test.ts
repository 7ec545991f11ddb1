import type { Entity } from '@backstage/catalog-model';
import { AnnotationIndex } from './AnnotationIndex';
import { readSourceLocation } from './location';

const entity = (
  name: string,
  annotations: Record<string, string>,
  more: Partial<Entity> = {},
): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, annotations },
  ...more,
});

describe('the place of an entity', () => {
  it.each([
    ['https://github.com/Acme/Shop/tree/main/', 'github.com/acme/shop', ''],
    [
      'https://github.com/acme/shop/tree/main/services/pay/',
      'github.com/acme/shop',
      'services/pay',
    ],
    ['https://github.com/acme/shop', 'github.com/acme/shop', ''],
    ['https://github.com/acme/shop.git', 'github.com/acme/shop', ''],
    [
      'https://gitlab.example.com/group/sub/shop/-/tree/main/pay',
      'gitlab.example.com/group/sub/shop',
      'pay',
    ],
    ['https://gitlab.com/a/b/c/', 'gitlab.com/a/b/c', ''],
    [
      'https://bitbucket.org/acme/shop/src/main/pay/',
      'bitbucket.org/acme/shop',
      'pay',
    ],
    [
      'https://bb.example.com/projects/PAY/repos/shop/browse/web?at=main',
      'bb.example.com/pay/shop',
      'web',
    ],
    [
      'https://dev.azure.com/acme/Big%20Project/_git/shop?path=/web&version=GBmain',
      'dev.azure.com/acme/big project/_git/shop',
      'web',
    ],
  ])('%s', (url, repository, folder) => {
    expect(readSourceLocation(`url:${url}`)).toEqual({ repository, folder });
  });

  it.each(['file:/x', 'url:', 'url:http://', 'nonsense'])(
    '%s is none',
    text => {
      expect(readSourceLocation(text)).toBeUndefined();
    },
  );
});

describe('the index of annotations', () => {
  const index = new AnnotationIndex([
    entity('pay', {
      'github.com/project-slug': 'Acme/Shop',
      'four-keys.dev/service-id': 'payments',
      'four-keys.dev/paths': 'pay/**, libs/money/**',
    }),
    entity('web', {
      'github.com/project-slug': 'acme/shop',
      'backstage.io/source-location':
        'url:https://github.com/acme/shop/tree/main/web/',
    }),
    entity('twin', { 'x/y': 'z' }),
    entity(
      'twin',
      { 'x/y': 'z' },
      {
        metadata: {
          name: 'twin',
          namespace: 'other',
          annotations: { 'x/y': 'z' },
        },
      },
    ),
    entity('an-api', { 'x/y': 'z' }, { kind: 'API' }),
    entity(
      'a-model',
      { 'x/y': 'z', 'four-keys.dev/service-id': 'model' },
      { kind: 'MLModel' },
    ),
  ]);

  it('finds services whatever the case, with their files', () => {
    expect(index.find('github.com/project-slug', 'ACME/SHOP')).toEqual([
      {
        service: 'payments',
        explicit: true,
        paths: ['pay/**', 'libs/money/**'],
      },
      { service: 'web', explicit: false, paths: ['web/**'] },
    ]);
    expect(
      index.find('backstage.io/source-location', 'github.com/acme/shop'),
    ).toMatchObject([{ service: 'web' }]);
    expect(index.find('github.com/project-slug', 'acme/other')).toEqual([]);
    expect(index.valuesOf('github.com/project-slug')).toEqual(['Acme/Shop']);
  });

  it('knows services by id, else by name where it is the only one', () => {
    const services = index.find('x/y', 'z').map(({ service }) => service);
    expect([...services].sort()).toEqual([
      'component:default/twin',
      'component:other/twin',
      'model',
    ]);
  });
});
