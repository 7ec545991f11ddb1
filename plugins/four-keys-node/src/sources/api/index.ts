export * from './VendorApiError';
export * from './VendorClient';
