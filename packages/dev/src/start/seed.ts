import { Progress } from './progress';

export async function seedExample(_options: {
  readonly url: string;
  readonly token: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<void> {}
