import type { Control } from './types';

export const NO_ACKNOWLEDGEMENT: Control = {
  name: 'the producer does not wait for the broker',
  sees: 'lost',
  acks: 0,
};
