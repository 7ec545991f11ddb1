export * from './FourKeysApi';
export * from './FourKeysApiError';
export * from './FourKeysClient';
