import { render } from '@testing-library/react';
import App from './App';

/** The whole app is loaded by the first test that shows it, milliseconds. */
const PATIENCE_MS = 60_000;

jest.setTimeout(2 * PATIENCE_MS);

describe('the example app', () => {
  const { env } = process;

  afterEach(() => {
    Object.defineProperty(process, 'env', { value: env });
  });

  it('greets a person with its title and the guest sign-in', async () => {
    const data = {
      app: { title: 'Four Keys for Backstage', baseUrl: 'http://localhost' },
      backend: { baseUrl: 'http://localhost' },
      auth: { providers: { guest: {} } },
    };
    // The build puts the configuration into this variable as it is, unserialised.
    const value = { NODE_ENV: 'test', APP_CONFIG: [{ data, context: 'test' }] };
    Object.defineProperty(process, 'env', { value });

    const page = render(App.createRoot());

    expect(
      await page.findByRole(
        'heading',
        { name: 'Four Keys for Backstage' },
        { timeout: PATIENCE_MS },
      ),
    ).toBeInTheDocument();
    expect(
      await page.findByRole('button', { name: /enter/i }),
    ).toBeInTheDocument();
  });
});
