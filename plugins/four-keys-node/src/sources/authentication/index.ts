export * from './authenticator';
export * from './header';
export * from './hmac';
export * from './secrets';
export * from './standardWebhooks';
