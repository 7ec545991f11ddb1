import {
  ignored,
  readVendorTime,
  type SourceResult,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { instantOf, logOf } from './log';
import { leavingOf, type PagerdutySettings } from './map';

const questionSchema = z.object({
  incident: z.string(),
  service: z.string(),
  at: z.string(),
});

/** Which service an incident had before it moved: the last other one in its log. */
export async function lookUp(
  question: unknown,
  api: VendorApi,
  settings: PagerdutySettings,
): Promise<SourceResult> {
  const { incident, service, at } = questionSchema.parse(question);
  const moved = readVendorTime(at) ?? NaN;
  const left = (await logOf(api, incident))
    .filter(entry => instantOf(entry) <= moved)
    .map(entry => entry.service)
    .findLast(one => one && one.id !== service);
  const events = left ? leavingOf(incident, left, at, settings) : [];
  return events.length > 0
    ? { events }
    : ignored('its log names no other service that it had before');
}
