import type { Claim } from '../facts';
import { compareEvents } from './order';

/** A time during which a service came from one version of a template. */
export interface TemplateSpan {
  /** -Infinity: from the beginning. */
  readonly from: number;
  /** Infinity: to this day. */
  readonly to: number;
  readonly template: string;
  readonly version: string | undefined;
}

function lineageOf(
  claim: Claim,
): { template: string; version: string | undefined } | undefined {
  const names =
    claim.kind === 'change.created' ||
    claim.kind === 'change.merged' ||
    (claim.kind === 'scaffold.completed' && claim.data.status === 'success');
  return names && claim.data.template_id !== undefined
    ? {
        template: claim.data.template_id,
        version: claim.data.template_version,
      }
    : undefined;
}

/** The template of a service over time, without gaps from the beginning on. */
export function deriveTemplates(claims: readonly Claim[]): TemplateSpan[] {
  const versions = new Map<string, string>();
  const spans: Array<{ -readonly [K in keyof TemplateSpan]: TemplateSpan[K] }> =
    [];
  for (const claim of [...claims].sort(compareEvents)) {
    const lineage = lineageOf(claim);
    if (!lineage) {
      continue;
    }
    const { template } = lineage;
    if (lineage.version !== undefined) {
      versions.set(template, lineage.version);
    }
    const version = versions.get(template);
    const last = spans.at(-1);
    if (last && last.template === template && last.version === version) {
      continue;
    }
    if (last) {
      last.to = claim.time;
    }
    spans.push({
      from: last ? claim.time : -Infinity,
      to: Infinity,
      template,
      version,
    });
  }
  return spans.filter(span => span.from < span.to);
}
