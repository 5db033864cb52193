/**
 * Mocha's spec reporter that also writes the counts, and what failed, to the file named by MEMORY_LENS_RESULT_FILE, for scripts/test.mjs.
 */
const fs = require('node:fs');
const { Runner, reporters } = require('mocha');

module.exports = class CountingReporter extends reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.MEMORY_LENS_RESULT_FILE;
    /** @type {string[]} */
    const skipped = [];
    /** @type {string[]} */
    const problems = [];
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => problems.push(`${test.fullTitle()}\n${error.stack ?? error.message}`));
    runner.on(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      if (file) fs.writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, notCovered: skipped, problems }));
    });
  }
};
