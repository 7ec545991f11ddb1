import { checkNodeVersion, readOptions } from './options';

describe('readOptions', () => {
  it('needs nothing, and lets the command line win over the environment', () => {
    expect(readOptions([], {})).toEqual({
      port: 7007,
      postgresPort: undefined,
      token: 'four-keys-dev-token',
      reset: false,
      seed: true,
      app: true,
      kafka: false,
      dataDir: undefined,
      help: false,
    });
    const env = { FOUR_KEYS_PORT: '8000', FOUR_KEYS_TOKEN: 'secret' };
    expect(readOptions([], env)).toMatchObject({ port: 8000, token: 'secret' });
    expect(
      readOptions(['--port', '8001', '--no-seed', '--reset', '--kafka'], env),
    ).toMatchObject({ port: 8001, seed: false, reset: true, kafka: true });
    expect(readOptions([], { FOUR_KEYS_KAFKA: 'true' }).kafka).toBe(true);
  });

  it.each(['0', '65536', '80.5', 'http'])('refuses %s as a port', port => {
    expect(() => readOptions(['--port', port], {})).toThrow(
      `--port is "${port}", but a port is a whole number from 1 to 65535.`,
    );
    expect(() => readOptions([], { FOUR_KEYS_PG_PORT: port })).toThrow(
      /FOUR_KEYS_PG_PORT/,
    );
  });

  it('names an option that it does not know', () => {
    expect(() => readOptions(['--fast'], {})).toThrow(/'--fast'.*--help/);
  });
});

describe('checkNodeVersion', () => {
  it.each(['20.19.0', '20.20.2', '22.1.0', '24.3.0'])('takes %s', version => {
    expect(() => checkNodeVersion(version)).not.toThrow();
  });

  it.each(['18.20.0', '20.18.3', '21.7.0', '23.1.0'])(
    'refuses %s and names both',
    version => {
      expect(() => checkNodeVersion(version)).toThrow(
        `This is Node.js ${version}; Backstage needs Node.js 20.19`,
      );
    },
  );
});
