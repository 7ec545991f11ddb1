import type { Control } from './types';

export const NO_IDENTITY: Control = {
  name: 'an event that is told again gets another identity',
  keepsIdentity: false,
};

export const NO_ACKNOWLEDGEMENT: Control = {
  name: 'the producer does not wait for the broker',
  acks: 0,
};
