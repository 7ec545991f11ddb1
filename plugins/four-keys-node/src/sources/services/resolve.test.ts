import { ConfigReader } from '@backstage/config';
import type { CatalogedService } from '../port';
import { readServiceResolver, type ServiceSubject } from '.';

const resolver = (services: object[], catalog: CatalogedService[] = []) =>
  readServiceResolver(
    new ConfigReader({ services }),
    {
      instance: 'x',
      canLookUp: false,
      catalog: {
        find: (annotation, value) =>
          annotation === 'slug' && value === 'acme/shop' ? catalog : [],
      },
    },
    'repository',
  );

const shop = (more: Partial<ServiceSubject> = {}): ServiceSubject => ({
  container: 'acme/shop',
  annotations: [
    ['none', 'acme/shop'],
    ['slug', 'acme/shop'],
  ],
  ...more,
});

describe('the services of an event', () => {
  it('are those of the rules, then of the catalog, then the name', () => {
    const catalog = [{ service: 'from-catalog', explicit: false }];
    const rules = [
      { repository: 'acme/*', environment: 'eu-*', service: 'eu' },
      { job: 'Deploy *', service: 'deployer' },
      { labels: { service: 'pay*' }, service: 'pay' },
    ];
    const ask = (more: Partial<ServiceSubject>, known = catalog) =>
      resolver(rules, known)(shop(more));
    expect(ask({ environment: 'eu-1' })).toEqual({ services: ['eu'] });
    expect(ask({ environment: 'us-1' })).toEqual({
      services: ['from-catalog'],
    });
    expect(ask({ job: 'deploy all' })).toEqual({ services: ['deployer'] });
    expect(ask({ labels: { service: 'payments' } })).toEqual({
      services: ['pay'],
    });
    expect(ask({}, [])).toEqual({ services: ['shop'] });
    expect(ask({ name: 'Shop front' }, [])).toEqual({
      services: ['Shop front'],
    });
  });

  it('are told apart by files, in rules and in the catalog', () => {
    const byRules = resolver([
      { repository: 'acme/shop', path: 'pay/**', service: 'pay' },
      { repository: 'acme/shop', path: 'web/**', service: 'web' },
      { repository: 'acme/shop', path: '**', service: 'rest' },
    ]);
    const byCatalog = resolver(
      [],
      [
        { service: 'pay', paths: ['pay/**'], explicit: true },
        { service: 'web', paths: ['web/**'], explicit: false },
        { service: 'rest', explicit: false },
      ],
    );
    for (const ask of [byRules, byCatalog]) {
      const services = (...paths: string[]) => ask(shop({ paths }));
      expect(services('pay/a.ts')).toEqual({ services: ['pay'] });
      expect(services('web/a.ts', 'pay/b.ts')).toEqual({
        services: ['pay', 'web'],
      });
      expect(services('README.md', 'pay/b.ts')).toEqual({
        services: ['pay', 'rest'],
      });
      expect(ask(shop())).toMatchObject({ unclear: 'paths' });
    }
  });

  it('are nobody where no file of a change belongs to a service', () => {
    const ask = resolver(
      [],
      [{ service: 'pay', paths: ['pay/**'], explicit: true }],
    );
    expect(ask(shop({ paths: ['docs/a.md'] }))).toMatchObject({
      unclear: 'none',
    });
    expect(ask(shop())).toEqual({ services: ['pay'] });
  });

  it('are not split by the place of the one entity of a repository', () => {
    const ask = resolver(
      [],
      [{ service: 'pay', paths: ['backstage/**'], explicit: false }],
    );
    expect(ask(shop({ paths: ['src/a.ts'] }))).toEqual({ services: ['pay'] });
  });

  it('stay unclear where several claim everything', () => {
    const ask = resolver(
      [],
      [
        { service: 'b', explicit: false },
        { service: 'a', explicit: false },
      ],
    );
    expect(ask(shop({ paths: ['x'] }))).toEqual({
      unclear: 'several',
      reason: expect.stringContaining('has a, b for it'),
    });
  });
});
