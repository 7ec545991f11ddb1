import { DEFAULT_ENVIRONMENTS, Environments } from './environments';

describe('Environments', () => {
  const environments = new Environments(DEFAULT_ENVIRONMENTS);

  it.each([
    ['production-blue', 'production'],
    ['prod', 'production'],
    ['prod_us', 'production'],
    ['product-demo', null],
    ['live', 'production'],
    ['preprod', 'staging'],
    ['pre-production', 'staging'],
    ['uat2', 'staging'],
    ['qa', 'testing'],
    ['localhost', 'development'],
    ['canary', null],
  ])('puts %s into %s', (name, tier) => {
    expect(environments.tierOf(name)).toBe(tier);
  });

  it('takes the first match, whatever the case, and dots as dots', () => {
    const custom = new Environments([
      ['EU.?', 'Live'],
      ['eu*', 'other'],
    ]);
    expect(custom.tierOf('eu.1')).toBe('live');
    expect(custom.tierOf('eux1')).toBe('other');
    expect(custom.tierOf('eu.12')).toBe('other');
    expect(custom.placeOf('LIVE')).toEqual({ tier: 'live' });
    expect(custom.placeOf('EU.1')).toEqual({ environment: 'eu.1' });
  });
});
