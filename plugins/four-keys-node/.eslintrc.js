module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  overrides: [
    {
      // The contract test suite is run by the tests of every transport.
      files: ['src/testing/**'],
      rules: { 'jest/no-export': 'off' },
    },
  ],
});
