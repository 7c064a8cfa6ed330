/** Two projects: `unit` needs Node only; `lab` starts real Incus servers (root, Debian packages). */
const common = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
};

// eslint-disable-next-line import/no-default-export -- jest reads the default export
export default {
  testTimeout: 30_000,
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/__tests__/**/*.test.ts'], testPathIgnorePatterns: ['/node_modules/', '<rootDir>/__tests__/lab/'] },
    { ...common, displayName: 'lab', testMatch: ['<rootDir>/__tests__/lab/**/*.test.ts'], globalSetup: '<rootDir>/__tests__/lab/build.js', setupFilesAfterEnv: ['<rootDir>/__tests__/lab/each-file.ts'] },
  ],
};
