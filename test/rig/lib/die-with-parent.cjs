// Preloaded into the VS Code server: when the rig is killed outright (SIGKILL), the server takes its process group down.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) {
    try {
      process.kill(-process.pid, 'SIGKILL');
    } catch {
      process.exit(1);
    }
  }
}, 1000).unref();
