/** Keeps `Function.prototype.toString` saying what the person wrote. */

/** @param originalOf the original of a text that holds what only rewriting brings in. */
export function installFunctionText(originalOf: (text: string) => string): void {
  const native = Function.prototype.toString;
  const apply = Reflect.apply;
  const replacement = {
    toString(this: unknown): string {
      if (this === replacement) return apply(native, native, []);
      const text = apply(native, this, []);
      return text.includes('$ml') ? originalOf(text) : text;
    },
  }.toString;
  Object.defineProperty(Function.prototype, 'toString', { value: replacement, writable: true, configurable: true, enumerable: false });
}
