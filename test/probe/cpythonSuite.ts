/**
 * `npm run test:cpython`: runs CPython's own tests with and without the probe, module by module, and lists every test that ends
 * differently. `-- test_list test_dict` runs these modules, `-- --minor 12` those of Python 3.12 only.
 */

import { parseArgs } from 'node:util';
import { testPythons } from '../runtimes.ts';
import { compareSuite, hasTestSuite } from './cpythonTests.ts';

/** What the probe could disturb. Not test_socket, which waits for ever, with or without it, where the system has sockets to no machine. */
const allModules =
  `list dict set tuple bytes str unicode int float long array memoryview range slice iter itertools collections deque functools operator
  generators coroutines asyncgen contextlib with decorators descr super class scope keywordonlyarg named_expressions unpack patma grammar
  syntax exceptions exception_group baseexception raise traceback warnings gc weakref weakset finalization copy pickle marshal json struct
  builtin types typing inspect dis code codeop compile ast symtable peepholer frame sys sys_settrace sys_setprofile monitoring audit atexit
  tracemalloc faulthandler import importlib pkgutil runpy modulefinder cmd_line cmd_line_script site os posix signal fork1 thread threading
  threading_local queue concurrent_futures asyncio subprocess multiprocessing_fork selectors select mmap resource fcntl ctypes
  capi memoryio io fileio tempfile shutil pathlib doctest unittest pdb bdb trace profile cprofile timeit decimal fractions statistics random
  hashlib zlib re string textwrap enum dataclasses abc numbers datetime time locale codecs encodings csv configparser argparse logging`
    .split(/\s+/)
    .map((name) => `test_${name}`);

const { values, positionals } = parseArgs({ options: { minor: { type: 'string' } }, allowPositionals: true });
const modules = positionals.length > 0 ? positionals : allModules;
let differenceCount = 0;
for (const { executable, minor, name } of testPythons()) {
  if (!hasTestSuite(executable) || (values.minor !== undefined && Number(values.minor) !== minor)) continue;
  let totalCount = 0;
  for (const module of modules) {
    if (!hasTestSuite(executable, module)) continue;
    const { testCount, differences } = await compareSuite(executable, [module]);
    totalCount += testCount;
    differenceCount += differences.length;
    for (const difference of differences) console.log(`${name}, ${module}: ${difference}\n`);
  }
  console.log(`${name}: ${totalCount} tests`);
}
console.log(`${differenceCount} tests differ`);
process.exitCode = differenceCount === 0 ? 0 : 1;
