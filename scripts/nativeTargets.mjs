/**
 * The platforms that get a built native recorder: the compiler for each, Debian's packages that hold it, and what a library may ask of
 * the system. Nothing of the C library is linked, so one library serves every distribution.
 */

/**
 * @typedef {object} NativeTarget
 * @property {string} name as Node calls the platform and the processor
 * @property {string} fileName the probe looks for it under this name
 * @property {string} compiler
 * @property {readonly string[]} flags
 * @property {readonly string[]} libraries after the source
 * @property {readonly string[]} packages
 * @property {readonly string[]} imports all that it may ask for
 */

/** The same bytes from the same source, wherever it lies; nothing that a compiler's distribution adds by itself. */
const commonFlags = [
  '-std=c11',
  '-O2',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-shared',
  '-nostdlib',
  '-ffreestanding',
  '-DMEMORY_LENS_FREESTANDING',
  // Else a loop that copies becomes a call of memcpy, in memcpy too.
  '-fno-tree-loop-distribute-patterns',
  '-fvisibility=hidden',
  '-fno-ident',
  '-fno-stack-protector',
  '-U_FORTIFY_SOURCE',
  '-Wl,--build-id=none',
  '-s',
];

const linuxFlags = ['-fPIC', '-Wl,-z,noexecstack,-z,relro,-z,now,-z,noseparate-code', '-Wl,--hash-style=both'];
/** They come from the C library that Python has loaded, glibc's or musl's. */
const linuxImports = ['clock_gettime', 'madvise', 'mmap', 'munmap', 'read', 'write'];

/** @type {readonly NativeTarget[]} */
export const nativeTargets = [
  {
    name: 'linux-x64',
    fileName: 'memory-lens-linux-x64.so',
    compiler: 'x86_64-linux-gnu-gcc',
    flags: [...commonFlags, ...linuxFlags, '-fcf-protection=none'],
    libraries: [],
    packages: process.arch === 'x64' ? ['gcc'] : ['gcc-x86-64-linux-gnu'],
    imports: linuxImports,
  },
  {
    name: 'linux-arm64',
    fileName: 'memory-lens-linux-arm64.so',
    compiler: 'aarch64-linux-gnu-gcc',
    // Atomic operations as calls would need the compiler's own library; pages may have 64 KiB.
    flags: [...commonFlags, ...linuxFlags, '-mno-outline-atomics', '-Wl,-z,max-page-size=65536'],
    libraries: [],
    packages: process.arch === 'arm64' ? ['gcc'] : ['gcc-aarch64-linux-gnu'],
    imports: linuxImports,
  },
  {
    name: 'win32-x64',
    fileName: 'memory-lens-win32-x64.dll',
    compiler: 'x86_64-w64-mingw32-gcc',
    // The linker would make the preferred address from the path of the file that it writes.
    flags: [
      ...commonFlags,
      '-Wl,--no-insert-timestamp',
      '-Wl,--image-base,0x180000000',
      '-Wl,--dynamicbase,--nxcompat,--high-entropy-va',
      '-Wl,-e,DllMainCRTStartup',
    ],
    // libgcc is linked into it: large stack frames are touched page by page by a function of its.
    libraries: ['-lgcc', '-lkernel32'],
    packages: ['gcc-mingw-w64-x86-64-win32'],
    imports: ['QueryPerformanceCounter', 'QueryPerformanceFrequency', 'ReadProcessMemory', 'VirtualAlloc', 'VirtualFree'],
  },
];
