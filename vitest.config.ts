import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'test/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'issuer/test/**/*.test.ts',
      'verifier/test/**/*.test.ts',
      'wallet-cli/test/**/*.test.ts',
    ],
    // In this order: PostgreSQL needs a folder that another user may enter.
    globalSetup: ['test/postgres.ts', 'test/temporary_folder.ts', 'test/chromium.ts'],
    pool: 'forks',
    // All of them: the tests wait more than they work.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What a library says to whoever would run it in earnest.
    onConsoleLog: (text) => !text.includes('oidc-provider'),
  },
})
