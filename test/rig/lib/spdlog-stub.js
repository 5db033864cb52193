// @ts-nocheck: it stands in for an untyped module of VS Code.
// Pure-JS replacement for @vscode/spdlog's native module (test rig only): same API, plain appends, no rotation.
const fs = require('fs');
const path = require('path');
const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = 2;
    this.raw = false;
  }
  write(level, msg) {
    if (level < this.level) {
      return;
    }
    const stamp = new Date().toISOString().replace('T', ' ').replace('Z', '');
    try {
      fs.appendFileSync(this.file, this.raw ? msg : `${stamp} [${NAMES[level]}] ${msg}\n`);
    } catch {
      /* log folder gone */
    }
  }
  getLevel() {
    return this.level;
  }
  setLevel(l) {
    this.level = l;
  }
  setPattern() {}
  clearFormatters() {
    this.raw = true;
  }
  flush() {}
  drop() {}
}
['trace', 'debug', 'info', 'warn', 'error', 'critical'].forEach((m, i) => {
  Logger.prototype[m] = function (s) {
    this.write(i, s);
  };
});
async function create(type, name, file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return new Logger(type, name, file);
}
exports.version = 0;
exports.setLevel = exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = (n, f) => create('rotating', n, f);
exports.createAsyncRotatingLogger = (n, f) => create('rotating_async', n, f);
