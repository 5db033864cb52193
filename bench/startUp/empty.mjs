// Nothing but the moment at which a program's first line runs, counted from the start of its process.
console.log(`firstLineMs ${performance.now()}`);
