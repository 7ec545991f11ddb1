import { InputError } from '@backstage/errors';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import type { PolicyInput } from '../input/collect';
import { DEFAULT_BUNDLE, readBundle } from './bundle';
import {
  readEvaluations,
  type PolicyEngine,
  type PolicyEvaluation,
} from './types';

type Policy = Awaited<ReturnType<typeof loadPolicy>>;

/** Evaluates a bundle in this process: no server. */
export class WasmEngine implements PolicyEngine {
  readonly #policy: Policy;
  readonly #file: string;

  /**
   * @param file - A bundle with the entry point `four_keys/report`; default:
   * the one that comes with this package.
   * @throws InputError when it is none.
   */
  static async load(file: string = DEFAULT_BUNDLE): Promise<WasmEngine> {
    const files = await readBundle(file);
    const wasm = files.get('/policy.wasm');
    if (!wasm) {
      throw new InputError(
        `The bundle ${file} holds no policy.wasm; build it with "opa build -t wasm -e four_keys/report"`,
      );
    }
    const policy = await loadPolicy(wasm);
    policy.setData(JSON.parse(files.get('/data.json')?.toString() ?? '{}'));
    return new WasmEngine({ policy, file });
  }

  private constructor(options: { policy: Policy; file: string }) {
    this.#policy = options.policy;
    this.#file = options.file;
  }

  async evaluate(
    input: PolicyInput,
    options: { signal?: AbortSignal } = {},
  ): Promise<PolicyEvaluation[]> {
    options.signal?.throwIfAborted();
    const [answer] = this.#policy.evaluate(input);
    return readEvaluations(answer?.result, this.#file);
  }
}
