/** This file sets up the test runner: tests of the command line run what the build made. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-first.ts'],
    // Several tests start processes, and machines that run tests are often busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
