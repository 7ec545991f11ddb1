import { createHmac } from 'crypto';
import {
  anyOf,
  basicPassword,
  bearerToken,
  hmacSignature,
  secretHeader,
  standardWebhook,
} from '.';

const NOW = Date.UTC(2026, 5, 10, 12);
const body = Buffer.from('Hello, World!');

describe('a signature in a header', () => {
  const secret = "It's a Secret to Everybody";
  const signature =
    '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

  it('is the one that GitHub documents, by any of the secrets', () => {
    const verify = (secrets: string[], value?: string) =>
      hmacSignature({
        header: 'x-hub-signature-256',
        prefix: 'sha256=',
        secrets,
      })({ 'x-hub-signature-256': value }, body, NOW);
    expect(verify([secret], `sha256=${signature}`)).toBe(true);
    expect(verify(['new', secret], `sha256=${signature}`)).toBe(true);
    expect(verify([secret, 'new'], `sha256=${signature}`)).toBe(true);
    expect(verify(['new'], `sha256=${signature}`)).toBe(false);
    expect(verify([secret])).toBe(false);
    expect(verify([secret], signature)).toBe(false);
    expect(verify([secret], `sha256=${signature.slice(0, -1)}`)).toBe(false);
    expect(verify([secret], `sha256=${signature.toUpperCase()}`)).toBe(false);
    expect(verify([secret], `sha1=${signature}`)).toBe(false);
    expect(verify([secret], `sha256=${signature}, sha256=${signature}`)).toBe(
      false,
    );
  });

  it('may be one of several, and in base64', () => {
    const hmac = (key: string) => createHmac('sha512', key).update(body);
    const verify = hmacSignature({
      header: 'x-signature',
      prefix: 'v1=',
      algorithm: 'sha512',
      encoding: 'base64',
      several: true,
      secrets: ['a'],
    });
    const value = (key: string) => `v1=${hmac(key).digest('base64')}`;
    expect(
      verify({ 'x-signature': `${value('b')}, ${value('a')}` }, body, NOW),
    ).toBe(true);
    expect(verify({ 'x-signature': value('b') }, body, NOW)).toBe(false);
  });
});

describe('a secret that is sent along', () => {
  it('is compared whole', () => {
    const verify = secretHeader({ header: 'x-token', secrets: ['a', 'bc'] });
    expect(verify({ 'x-token': 'bc' }, body, NOW)).toBe(true);
    expect(verify({ 'x-token': 'b' }, body, NOW)).toBe(false);
    expect(verify({ 'x-token': 'a, bc' }, body, NOW)).toBe(false);
    expect(verify({}, body, NOW)).toBe(false);
  });

  it('may be a bearer token, or the password of whoever it is', () => {
    const verify = anyOf(
      bearerToken({ secrets: ['s3cret'] }),
      basicPassword({ secrets: ['s3cret', 'azure:pipelines'] }),
    );
    const basic = (text: string) =>
      verify(
        { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
        body,
        NOW,
      );
    const bearer = (token: string) =>
      verify({ authorization: `Bearer ${token}` }, body, NOW);
    expect(bearer('s3cret')).toBe(true);
    expect(bearer('other')).toBe(false);
    expect(basic('anybody:s3cret')).toBe(true);
    expect(basic('azure:pipelines')).toBe(true);
    expect(basic('anybody:pipelines')).toBe(false);
    expect(basic(':')).toBe(false);
    expect(verify({ authorization: 'Bearer' }, body, NOW)).toBe(false);
    expect(verify({}, body, NOW)).toBe(false);
  });
});

describe('a standard webhook', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const sent = Buffer.from('{"test": 2432232314}');
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const at = 1_614_265_330_000;
  const verify = standardWebhook({ secrets: ['whsec_b3RoZXI=', secret] });

  it('is the one of the specification, for five minutes', () => {
    expect(verify(headers, sent, at)).toBe(true);
    expect(verify(headers, sent, at + 299_000)).toBe(true);
    expect(verify(headers, sent, at + 301_000)).toBe(false);
    expect(verify(headers, sent, at - 301_000)).toBe(false);
    const several = `v1,AAAA v2,x ${headers['webhook-signature']}`;
    expect(verify({ ...headers, 'webhook-signature': several }, sent, at)).toBe(
      true,
    );
  });

  it('covers its id, its time and its body', () => {
    expect(verify({ ...headers, 'webhook-id': 'other' }, sent, at)).toBe(false);
    expect(
      verify({ ...headers, 'webhook-timestamp': '1614265331' }, sent, at),
    ).toBe(false);
    expect(verify(headers, Buffer.from('{"test": 2432232315}'), at)).toBe(
      false,
    );
    expect(
      verify({ ...headers, 'webhook-signature': undefined }, sent, at),
    ).toBe(false);
    expect(verify({}, sent, at)).toBe(false);
  });
});
