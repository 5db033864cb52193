/**
 * A process that runs the tests it is sent, one after the other, and says how each went.
 */
import { TestRunner } from './testCase.mjs';

const runner = new TestRunner(String(process.argv[2]));
// Tests leave rejected promises and late errors behind, in either variant.
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);

process.on('message', async (/** @type {string} */ file) => {
  try {
    process.send?.({ file, ...(await runner.compare(file)) });
  } catch (error) {
    process.send?.({
      file,
      broken:
        error instanceof Error ? `${error.message}\n${error.cause instanceof Error ? error.cause.stack : error.stack}` : String(error),
    });
  }
});
process.on('disconnect', () => process.exit());
