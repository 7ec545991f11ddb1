import fc from 'fast-check';
import { unpackLz4 } from './lz4';
import { unpackSnappy } from './snappy';
import { unpackInJavaScript, unpackZstd } from './zstd';

const LIMIT = 64 * 1024;

const TEXT = Array.from(
  { length: 12 },
  (_, n) => `{"service":"svc-${n % 3}","commit":"abc${n}"}`,
).join('');

/** The same text, packed by the reference implementations. */
const CASES = [
  {
    name: 'LZ4',
    unpack: unpackLz4,
    packed:
      'BCJNGGxApgEAAAAAAADZeQAAAPwUeyJzZXJ2aWNlIjoic3ZjLTAiLCJjb21taXQiOiJhYmMwIn0jABsxIwAeMSMAGzIjAB4yIwAMaQAeMyMADGkAHjQjAAxpAB41IwAMaQAeNiMADGkAHjcjAAxpAB44IwAMaQAeOSMADGkAHzFfAQALagBQYzExIn0AAAAAliPRLg==',
  },
  {
    name: 'Snappy of the Java client',
    unpack: unpackSnappy,
    packed:
      'glNOQVBQWQAAAAABAAAAAQAAAIWmA4h7InNlcnZpY2UiOiJzdmMtMCIsImNvbW1pdCI6ImFiYzAifT4jAAAxOiMAADFGIwAAMjojAAAyRiMAPmkAADNGIwA+aQAANEYjAD5pAAA1RiMAPmkAADZGIwA+aQAAN0YjAD5pAAA4RiMAPmkAADlGIwA+aQAAMUpfAT5qAAwxMSJ9',
  },
  {
    name: 'Snappy of other clients',
    unpack: unpackSnappy,
    packed:
      'pgOIeyJzZXJ2aWNlIjoic3ZjLTAiLCJjb21taXQiOiJhYmMwIn0+IwAAMTojAAAxRiMAADI6IwAAMkYjAD5pAAAzRiMAPmkAADRGIwA+aQAANUYjAD5pAAA2RiMAPmkAADdGIwA+aQAAOEYjAD5pAAA5RiMAPmkAADFKXwE+agAMMTEifQ==',
  },
  {
    name: 'Zstandard',
    unpack: unpackZstd,
    packed:
      'KLUv/WSmAGUDALQDeyJzZXJ2aWNlIjoic3ZjLTAiLCJjb21taXQiOiJhYmMwIn0xMTIyMDMxNDI1MDYxNzI4MDkxMTIxIn0WAICI2EoOdAx4AroDHgOdAO9Ax4AnoDvgMdAJ8A50DHgCugMeA50A70DHZhBFBgqfSVM=',
  },
  {
    name: 'Zstandard without help of Node.js',
    unpack: unpackInJavaScript,
    packed:
      'KLUv/WSmAGUDALQDeyJzZXJ2aWNlIjoic3ZjLTAiLCJjb21taXQiOiJhYmMwIn0xMTIyMDMxNDI1MDYxNzI4MDkxMTIxIn0WAICI2EoOdAx4AroDHgOdAO9Ax4AnoDvgMdAJ8A50DHgCugMeA50A70DHZhBFBgqfSVM=',
  },
] as const;

describe.each(CASES)('$name', ({ unpack, packed }) => {
  const bytes = Buffer.from(packed, 'base64');

  it('gives back what was packed', async () => {
    expect((await unpack(bytes, LIMIT)).toString()).toBe(TEXT);
  });

  it('refuses what is cut short', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: bytes.length - 1 }),
        async end => {
          await expect(
            Promise.resolve().then(() => unpack(bytes.subarray(0, end), LIMIT)),
          ).rejects.toThrow();
        },
      ),
    );
  });

  it('refuses what unpacks to more than the limit', async () => {
    await expect(
      Promise.resolve().then(() => unpack(bytes, TEXT.length - 1)),
    ).rejects.toThrow(RangeError);
  });

  it('ends within the limit whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })),
          { minLength: 1, maxLength: 5 },
        ),
        async changes => {
          const broken = Buffer.from(bytes);
          changes.forEach(([at, byte]) => broken.writeUInt8(byte, at));
          const text = await Promise.resolve()
            .then(() => unpack(broken, LIMIT))
            .catch(() => Buffer.alloc(0));
          expect(text.length).toBeLessThanOrEqual(LIMIT);
        },
      ),
    );
  });
});
